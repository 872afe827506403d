-- safe: table `golden`.`t`: adds column `a`; adds column `m`; adds column `n`; adds column `y`
ALTER TABLE `t`
  ADD COLUMN `a` int DEFAULT NULL FIRST,
  ADD COLUMN `m` int DEFAULT NULL AFTER `id`,
  ADD COLUMN `n` int DEFAULT NULL AFTER `m`,
  ADD COLUMN `y` int DEFAULT NULL;

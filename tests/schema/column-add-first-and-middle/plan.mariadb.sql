-- safe: table `golden`.`t`: adds column `a`; adds column `m`; adds column `n`; adds column `y`
ALTER TABLE `t`
  ADD COLUMN `a` int(11) DEFAULT NULL FIRST,
  ADD COLUMN `m` int(11) DEFAULT NULL AFTER `id`,
  ADD COLUMN `n` int(11) DEFAULT NULL AFTER `m`,
  ADD COLUMN `y` int(11) DEFAULT NULL;

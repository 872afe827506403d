-- safe: table `golden`.`t`: adds column `a`; adds column `b`, at first empty; adds column `c`; adds column `j`
ALTER TABLE `t`
  ADD COLUMN `a` inet6 DEFAULT NULL,
  ADD COLUMN `b` uuid COMMENT 'lockstep has yet to fill this column',
  ADD COLUMN `c` inet4 DEFAULT NULL,
  ADD COLUMN `j` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT NULL CHECK (json_valid(`j`));
-- safe: table `golden`.`t`: gives column `b` its default, for new rows
ALTER TABLE `t` ALTER COLUMN `b` SET DEFAULT uuid();
-- may fail: table `golden`.`t`: gives every row its own value of column `b`
UPDATE `t` SET `b` = uuid() WHERE `b` IS NULL;
-- slow: table `golden`.`t`: gives column `b` its definition
ALTER TABLE `t` MODIFY COLUMN `b` uuid DEFAULT uuid();

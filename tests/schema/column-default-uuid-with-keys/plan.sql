-- safe: table `golden`.`t`: adds column `k`, at first empty
ALTER TABLE `t` ADD COLUMN `k` char(36) NULL COMMENT 'lockstep has yet to fill this column';
-- safe: table `golden`.`t`: gives column `k` its default, for new rows
ALTER TABLE `t` ALTER COLUMN `k` SET DEFAULT (uuid());
-- slow: table `golden`.`t`: gives every row its own value of column `k`
UPDATE `t` SET `k` = (uuid()) WHERE `k` IS NULL;
-- slow: table `golden`.`t`: gives column `k` its definition
ALTER TABLE `t` MODIFY COLUMN `k` char(36) NOT NULL DEFAULT (uuid());
-- may fail: table `golden`.`t`: builds unique key `uk`: fails where rows are equal in it
ALTER TABLE `t` ADD UNIQUE KEY `uk` (`k`);
-- may fail: table `golden`.`t`: adds check `len`: fails where rows violate it
ALTER TABLE `t` ADD CONSTRAINT `len` CHECK ((length(`k`) = 36));

-- safe: table `golden`.`t`: adds column `k`, at first empty
ALTER TABLE `t` ADD COLUMN `k` varchar(36) NULL COMMENT 'lockstep has yet to fill this column' AFTER `id`;
-- safe: table `golden`.`t`: gives column `k` its default, for new rows
ALTER TABLE `t` ALTER COLUMN `k` SET DEFAULT (uuid());
-- slow: table `golden`.`t`: gives every row its own value of column `k`
UPDATE `t` SET `k` = (uuid()), `u` = `u` WHERE `k` IS NULL;
-- slow: table `golden`.`t`: gives column `k` its definition
ALTER TABLE `t` MODIFY COLUMN `k` varchar(36) NOT NULL DEFAULT (uuid()) COMMENT 'external';

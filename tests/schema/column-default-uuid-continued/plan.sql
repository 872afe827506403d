-- safe: table `golden`.`t`: gives column `k` its default, for new rows
ALTER TABLE `t` ALTER COLUMN `k` SET DEFAULT (uuid());
-- slow: table `golden`.`t`: gives every row its own value of column `k`
UPDATE `t` SET `k` = (uuid());
-- slow: table `golden`.`t`: gives column `k` its definition
ALTER TABLE `t` MODIFY COLUMN `k` char(36) NOT NULL DEFAULT (uuid()) COMMENT 'key';

-- safe: table `golden`.`t`: adds column `k`, at first without its default
ALTER TABLE `t` ADD COLUMN `k` varchar(36) NOT NULL COMMENT 'external' AFTER `id`;
-- slow: table `golden`.`t`: gives every row its own value of column `k`
UPDATE `t` SET `k` = uuid(), `u` = `u`;
-- safe: table `golden`.`t`: gives column `k` its default
ALTER TABLE `t` ALTER COLUMN `k` SET DEFAULT uuid();

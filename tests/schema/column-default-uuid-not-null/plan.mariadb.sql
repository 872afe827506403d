-- safe: table `golden`.`t`: adds column `k`, at first without its default
ALTER TABLE `t` ADD COLUMN `k` varchar(36) NOT NULL COMMENT 'lockstep has yet to fill this column' AFTER `id`;
-- slow: table `golden`.`t`: gives every row its own value of column `k`
UPDATE `t` SET `k` = uuid(), `u` = `u`;
-- safe: table `golden`.`t`: gives column `k` its default
ALTER TABLE `t` MODIFY COLUMN `k` varchar(36) NOT NULL DEFAULT uuid() COMMENT 'external';

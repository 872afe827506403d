-- slow: table `golden`.`t`: gives every row its own value of column `k`
UPDATE `t` SET `k` = uuid();
-- safe: table `golden`.`t`: gives column `k` its default
ALTER TABLE `t` MODIFY COLUMN `k` char(36) NOT NULL DEFAULT uuid() COMMENT 'key';

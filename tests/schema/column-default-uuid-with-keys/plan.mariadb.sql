-- safe: table `golden`.`t`: adds column `k`, at first without its default
ALTER TABLE `t` ADD COLUMN `k` char(36) NOT NULL COMMENT 'lockstep has yet to fill this column';
-- slow: table `golden`.`t`: gives every row its own value of column `k`
UPDATE `t` SET `k` = uuid();
-- safe: table `golden`.`t`: gives column `k` its default
ALTER TABLE `t` MODIFY COLUMN `k` char(36) NOT NULL DEFAULT uuid();
-- may fail: table `golden`.`t`: builds unique key `uk`: fails where rows are equal in it
ALTER TABLE `t` ADD UNIQUE KEY `uk` (`k`);
-- may fail: table `golden`.`t`: adds check `len`: fails where rows violate it
ALTER TABLE `t` ADD CONSTRAINT `len` CHECK (octet_length(`k`) = 36);

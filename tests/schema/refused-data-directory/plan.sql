-- safe: table `golden`.`t`: adds column `b`
ALTER TABLE `t` ADD COLUMN `b` int DEFAULT NULL;

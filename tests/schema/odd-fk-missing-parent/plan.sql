-- safe: table `golden`.`t`: adds column `newcol`
ALTER TABLE `t` ADD COLUMN `newcol` int DEFAULT NULL;

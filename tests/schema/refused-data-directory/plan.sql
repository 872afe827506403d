-- slow: table `golden`.`t`: adds column `b` (the engine copies the table)
ALTER TABLE `t` ADD COLUMN `b` int DEFAULT NULL;

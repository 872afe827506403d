-- safe: table `golden`.`t`: column `c`: changes the definition only, widens the column in place
ALTER TABLE `t` MODIFY COLUMN `c` varchar(8) DEFAULT NULL;

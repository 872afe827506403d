-- destructive: table `golden`.`t`: column `a`: fails where a value does not fit the new type; column `b`: fails where a value does not fit the new type; column `c`: fails where a value does not fit the new type; column `d`: rounds every value; column `e`: values that do not fit the new type become others; column `f`: values that do not fit the new type become others
ALTER TABLE `t`
  MODIFY COLUMN `a` varchar(10) DEFAULT NULL,
  MODIFY COLUMN `b` int DEFAULT NULL,
  MODIFY COLUMN `c` varchar(20) DEFAULT NULL,
  MODIFY COLUMN `d` decimal(6,2) DEFAULT NULL,
  MODIFY COLUMN `e` datetime DEFAULT NULL,
  MODIFY COLUMN `f` float DEFAULT NULL;

-- destructive: table `golden`.`t`: column `a`: values that do not fit the new type are lost or refused; column `b`: values that do not fit the new type are lost or refused; column `c`: values that do not fit the new type are lost or refused; column `d`: values that do not fit the new type are lost or refused; column `e`: values that do not fit the new type are lost or refused; column `f`: values that do not fit the new type are lost or refused
ALTER TABLE `t`
  MODIFY COLUMN `a` varchar(10) DEFAULT NULL,
  MODIFY COLUMN `b` int(11) DEFAULT NULL,
  MODIFY COLUMN `c` varchar(20) DEFAULT NULL,
  MODIFY COLUMN `d` decimal(6,2) DEFAULT NULL,
  MODIFY COLUMN `e` datetime DEFAULT NULL,
  MODIFY COLUMN `f` float DEFAULT NULL;

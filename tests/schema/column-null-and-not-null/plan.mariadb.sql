-- may fail: table `golden`.`t`: column `a`: fails where the column holds NULL; column `b`: rebuilds the table; column `c`: rebuilds the table
ALTER TABLE `t`
  MODIFY COLUMN `a` int(11) NOT NULL,
  MODIFY COLUMN `b` int(11) DEFAULT NULL,
  MODIFY COLUMN `c` varchar(5) DEFAULT NULL;

-- may fail: table `golden`.`t`: column `a`: changes the definition only, widens the column in place; column `b`: rebuilds the table; column `c`: changes the definition only, widens the column in place; column `d`: rebuilds the table; column `e`: rebuilds the table; column `f`: changes the definition only, widens the column in place; column `g`: rebuilds the table; column `h`: rebuilds the table; column `i`: fails where a value does not fit the new type; column `j`: rebuilds the table; column `k`: rebuilds the table
ALTER TABLE `t`
  MODIFY COLUMN `a` varchar(20) DEFAULT NULL,
  MODIFY COLUMN `b` varchar(80) DEFAULT NULL,
  MODIFY COLUMN `c` varchar(400) DEFAULT NULL,
  MODIFY COLUMN `d` varchar(5) DEFAULT NULL,
  MODIFY COLUMN `e` mediumtext,
  MODIFY COLUMN `f` varbinary(20) DEFAULT NULL,
  MODIFY COLUMN `g` longblob,
  MODIFY COLUMN `h` decimal(12,2) DEFAULT NULL,
  MODIFY COLUMN `i` datetime(3) DEFAULT NULL,
  MODIFY COLUMN `j` double DEFAULT NULL,
  MODIFY COLUMN `k` bit(5) DEFAULT NULL;

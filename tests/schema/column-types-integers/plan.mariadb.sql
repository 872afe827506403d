-- may fail: table `golden`.`t`: column `a`: rebuilds the table; column `b`: rebuilds the table; column `c`: rebuilds the table; column `d`: rebuilds the table; column `e`: fails where a value does not fit the new type; column `f`: fails where a value does not fit the new type; column `g`: changes the definition only, changes how the number is shown; column `h`: changes the definition only, changes how the number is shown
ALTER TABLE `t`
  MODIFY COLUMN `a` smallint(6) DEFAULT NULL,
  MODIFY COLUMN `b` mediumint(9) DEFAULT NULL,
  MODIFY COLUMN `c` int(11) DEFAULT NULL,
  MODIFY COLUMN `d` bigint(20) DEFAULT NULL,
  MODIFY COLUMN `e` bigint(20) unsigned DEFAULT NULL,
  MODIFY COLUMN `f` int(11) DEFAULT NULL,
  MODIFY COLUMN `g` tinyint(4) DEFAULT NULL,
  MODIFY COLUMN `h` int(7) unsigned zerofill DEFAULT NULL;

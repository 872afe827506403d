-- may fail: table `golden`.`t`: column `a`: rebuilds the table; column `b`: rebuilds the table; column `c`: rebuilds the table; column `d`: rebuilds the table; column `e`: fails where a value does not fit the new type; column `f`: fails where a value does not fit the new type; column `g`: changes the definition only, changes how the number is shown; column `h`: changes the definition only, changes how the number is shown
ALTER TABLE `t`
  MODIFY COLUMN `a` smallint DEFAULT NULL,
  MODIFY COLUMN `b` mediumint DEFAULT NULL,
  MODIFY COLUMN `c` int DEFAULT NULL,
  MODIFY COLUMN `d` bigint DEFAULT NULL,
  MODIFY COLUMN `e` bigint unsigned DEFAULT NULL,
  MODIFY COLUMN `f` int DEFAULT NULL,
  MODIFY COLUMN `g` tinyint DEFAULT NULL,
  MODIFY COLUMN `h` int(7) unsigned zerofill DEFAULT NULL;

-- may fail: table `golden`.`t`: column `a`: changes the definition only, adds members at the end; column `b`: fails where a value does not fit the new type; column `c`: changes the definition only, adds members at the end; column `d`: fails where a value does not fit the new type
ALTER TABLE `t`
  MODIFY COLUMN `a` enum('a','b','c') DEFAULT NULL,
  MODIFY COLUMN `b` enum('b','a') DEFAULT NULL,
  MODIFY COLUMN `c` set('x','y','z','w') DEFAULT NULL,
  MODIFY COLUMN `d` enum('one','two') DEFAULT NULL;

-- may fail: table `golden`.`t`: column `a`: changes the definition only; column `b`: fails where rows violate the check; column `c`: fails where rows violate the check
ALTER TABLE `t`
  MODIFY COLUMN `a` int(11) DEFAULT NULL,
  MODIFY COLUMN `b` int(11) DEFAULT NULL CHECK (`b` > 0),
  MODIFY COLUMN `c` int(11) DEFAULT 1 CHECK (`c` < 10);

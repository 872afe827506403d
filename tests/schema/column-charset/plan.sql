-- may fail: table `golden`.`t`: column `a`: fails where a value has a character that the new character set lacks; column `b`: rewrites every value in the new character set, rebuilds the table; column `c`: rebuilds the table; column `d`: rebuilds the table
ALTER TABLE `t`
  MODIFY COLUMN `a` varchar(10) CHARACTER SET latin1 COLLATE latin1_swedish_ci DEFAULT NULL,
  MODIFY COLUMN `b` varchar(10) DEFAULT NULL,
  MODIFY COLUMN `c` text CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
  MODIFY COLUMN `d` char(3) DEFAULT NULL;

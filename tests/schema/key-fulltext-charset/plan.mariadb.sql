-- slow: table `golden`.`t`: column `a`: rewrites every value in the new character set, rebuilds the table; column `b`: rewrites every value in the new character set, rebuilds the table
ALTER TABLE `t`
  MODIFY COLUMN `a` text DEFAULT NULL,
  MODIFY COLUMN `b` text DEFAULT NULL;

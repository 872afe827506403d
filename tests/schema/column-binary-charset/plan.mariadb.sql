-- destructive: table `golden`.`t`: column `a`: changes the definition only, widens the column in place; column `b`: fills every value up with zero bytes; column `c`: rewrites every value in the new character set, rebuilds the table; column `d`: rewrites every value in the new character set, rebuilds the table
ALTER TABLE `t`
  MODIFY COLUMN `a` varbinary(6) DEFAULT NULL,
  MODIFY COLUMN `b` binary(3) DEFAULT NULL,
  MODIFY COLUMN `c` text DEFAULT NULL,
  MODIFY COLUMN `d` varchar(10) DEFAULT NULL;

-- destructive: table `golden`.`t`: column `a`: changes the definition only, widens the column in place; column `b`: fills every value up with zero bytes; column `c`: rewrites every value in the new character set, rebuilds the table; column `d`: rewrites every value in the new character set, rebuilds the table
ALTER TABLE `t`
  MODIFY COLUMN `a` varbinary(6) DEFAULT NULL,
  MODIFY COLUMN `b` binary(3) DEFAULT NULL,
  MODIFY COLUMN `c` text CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci,
  MODIFY COLUMN `d` varchar(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci DEFAULT NULL;

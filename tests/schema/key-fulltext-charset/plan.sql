-- slow: table `golden`.`t`: column `a`: rewrites every value in the new character set, rebuilds the table; column `b`: rewrites every value in the new character set, rebuilds the table
ALTER TABLE `t`
  MODIFY COLUMN `a` text CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci,
  MODIFY COLUMN `b` text CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci;

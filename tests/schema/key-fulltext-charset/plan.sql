-- may fail: table `golden`.`t`: column `a`: fails where a value takes too many bytes in the new character set, or has a character that it lacks; column `b`: fails where a value takes too many bytes in the new character set, or has a character that it lacks
ALTER TABLE `t`
  MODIFY COLUMN `a` text CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci,
  MODIFY COLUMN `b` text CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci;

-- may fail: table `golden`.`t`: column `a`: rewrites every value in the new character set, rebuilds the table; column `b`: fails where a value takes too many bytes in the new character set, or has a character that it lacks; changes the default for new columns
ALTER TABLE `t`
  MODIFY COLUMN `a` varchar(10) DEFAULT NULL,
  MODIFY COLUMN `b` text,
  DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

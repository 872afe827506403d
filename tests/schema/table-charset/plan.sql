-- slow: table `golden`.`t`: column `a`: rewrites every value in the new character set, rebuilds the table; column `b`: rewrites every value in the new character set, rebuilds the table; changes the default for new columns
ALTER TABLE `t`
  MODIFY COLUMN `a` varchar(10) DEFAULT NULL,
  MODIFY COLUMN `b` text,
  DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

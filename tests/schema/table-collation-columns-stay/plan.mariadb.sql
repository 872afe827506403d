-- safe: table `golden`.`t`: column `a`: changes the definition only; column `b`: changes the definition only; column `e`: changes the definition only; changes the default for new columns
ALTER TABLE `t`
  MODIFY COLUMN `a` varchar(5) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci DEFAULT NULL,
  MODIFY COLUMN `b` text CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci DEFAULT NULL,
  MODIFY COLUMN `e` enum('x','ü') CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci DEFAULT NULL,
  DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- slow: table `golden`.`t`: column `a`: rebuilds the table; changes the default for new columns
ALTER TABLE `t`
  MODIFY COLUMN `a` varchar(5) DEFAULT NULL,
  DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

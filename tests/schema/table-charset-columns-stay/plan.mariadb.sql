-- safe: table `golden`.`t`: column `a`: changes the definition only; column `b`: changes the definition only; adds column `c`; changes the default for new columns
ALTER TABLE `t`
  MODIFY COLUMN `a` varchar(10) CHARACTER SET latin1 COLLATE latin1_swedish_ci DEFAULT NULL,
  MODIFY COLUMN `b` text CHARACTER SET latin1 COLLATE latin1_swedish_ci DEFAULT NULL,
  ADD COLUMN `c` varchar(3) DEFAULT NULL,
  DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

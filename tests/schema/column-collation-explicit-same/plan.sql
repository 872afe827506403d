-- safe: table `golden`.`t`: column `a`: changes the definition only; column `b`: changes the definition only
ALTER TABLE `t`
  MODIFY COLUMN `a` varchar(5) DEFAULT NULL,
  MODIFY COLUMN `b` varchar(5) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT NULL;

-- slow: table `golden`.`c`: locks `golden`.`c`, `golden`.`p` while foreign keys between them are missing: all others wait
LOCK TABLES `golden`.`c` WRITE, `golden`.`p` WRITE;
-- safe: table `golden`.`c`: drops foreign key `fk` until the columns it ties have changed
ALTER TABLE `c` DROP FOREIGN KEY `fk`;
-- may fail: table `golden`.`p`: column `id`: values that differ now may be equal under the new collation; changes the default for new columns
ALTER TABLE `p`
  MODIFY COLUMN `id` varchar(10) NOT NULL,
  DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;
-- slow: table `golden`.`c`: column `p`: rewrites every value in the new character set, rebuilds the table; changes the default for new columns
ALTER TABLE `c`
  MODIFY COLUMN `p` varchar(10) DEFAULT NULL,
  DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;
-- safe: table `golden`.`c`: puts foreign key `fk` back as it was
ALTER TABLE `c` ADD CONSTRAINT `fk` FOREIGN KEY (`p`) REFERENCES `p` (`id`);
-- safe: table `golden`.`c`: unlocks them
UNLOCK TABLES;

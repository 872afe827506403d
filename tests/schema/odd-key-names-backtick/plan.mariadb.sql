-- safe: table `golden`.`c``1`: drops foreign key `gone```
ALTER TABLE `c``1` DROP FOREIGN KEY `gone```;
-- safe: table `golden`.`n``w`: creates the table
CREATE TABLE `n``w` (
  `id` bigint(20) NOT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
-- slow: table `golden`.`c``1`: locks `golden`.`c``1`, `golden`.`p``1` while foreign keys between them are missing: all others wait
LOCK TABLES `golden`.`c``1` WRITE, `golden`.`p``1` WRITE;
-- safe: table `golden`.`c``1`: drops foreign key `x``y` until the columns it ties have changed
ALTER TABLE `c``1` DROP FOREIGN KEY `x``y`;
-- slow: table `golden`.`c``1`: column `r``f`: rebuilds the table
ALTER TABLE `c``1` MODIFY COLUMN `r``f` bigint(20) DEFAULT NULL;
-- slow: table `golden`.`p``1`: column `i``d`: rebuilds the table
ALTER TABLE `p``1` MODIFY COLUMN `i``d` bigint(20) NOT NULL;
-- safe: table `golden`.`c``1`: puts foreign key `x``y` back as it was
ALTER TABLE `c``1` ADD CONSTRAINT `x``y` FOREIGN KEY (`r``f`) REFERENCES `p``1` (`i``d`), DROP KEY `r``f`, ADD KEY `r``f` (`r``f`);
-- safe: table `golden`.`c``1`: unlocks them
UNLOCK TABLES;
-- safe: table `golden`.`n``w`: adds foreign key `n``w_ibfk_1` to the new table
ALTER TABLE `n``w` ADD CONSTRAINT `n``w_ibfk_1` FOREIGN KEY (`id`) REFERENCES `p``1` (`i``d`) ON DELETE CASCADE;

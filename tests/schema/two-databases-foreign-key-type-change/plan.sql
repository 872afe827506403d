-- slow: table `golden`.`p`: locks `golden`.`p`, `golden_two`.`c` while foreign keys between them are missing: all others wait
LOCK TABLES `golden`.`p` WRITE, `golden_two`.`c` WRITE;
-- safe: table `golden_two`.`c`: drops foreign key `fk` until the columns it ties have changed
ALTER TABLE `c` DROP FOREIGN KEY `fk`;
-- slow: table `golden`.`p`: column `id`: rebuilds the table
ALTER TABLE `p` MODIFY COLUMN `id` bigint NOT NULL;
-- slow: table `golden_two`.`c`: column `p`: rebuilds the table
ALTER TABLE `c` MODIFY COLUMN `p` bigint DEFAULT NULL;
-- safe: table `golden_two`.`c`: puts foreign key `fk` back as it was
ALTER TABLE `c` ADD CONSTRAINT `fk` FOREIGN KEY (`p`) REFERENCES `golden`.`p` (`id`) ON DELETE CASCADE;
-- safe: table `golden`.`p`: unlocks them
UNLOCK TABLES;

-- slow: table `golden`.`c`: locks `golden`.`c`, `golden`.`d`, `golden`.`p` while foreign keys between them are missing: all others wait
LOCK TABLES `golden`.`c` WRITE, `golden`.`d` WRITE, `golden`.`p` WRITE;
-- safe: table `golden`.`c`: drops foreign key `fk` until the columns it ties have changed
ALTER TABLE `c` DROP FOREIGN KEY `fk`;
-- safe: table `golden`.`d`: drops foreign key `fd` until the columns it ties have changed
ALTER TABLE `d` DROP FOREIGN KEY `fd`;
-- may fail: table `golden`.`d`: column `p`: fails where the column holds NULL
ALTER TABLE `d` MODIFY COLUMN `p` bigint NOT NULL;
-- slow: table `golden`.`c`: column `p`: rebuilds the table
ALTER TABLE `c` MODIFY COLUMN `p` bigint DEFAULT NULL;
-- slow: table `golden`.`p`: column `id`: rebuilds the table
ALTER TABLE `p` MODIFY COLUMN `id` bigint NOT NULL;
-- safe: table `golden`.`c`: puts foreign key `fk` back as it was
ALTER TABLE `c` ADD CONSTRAINT `fk` FOREIGN KEY (`p`) REFERENCES `p` (`id`) ON DELETE CASCADE;
-- safe: table `golden`.`d`: puts foreign key `fd` back as it was
ALTER TABLE `d` ADD CONSTRAINT `fd` FOREIGN KEY (`p`) REFERENCES `p` (`id`);
-- safe: table `golden`.`c`: unlocks them
UNLOCK TABLES;

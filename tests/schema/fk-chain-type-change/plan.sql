-- slow: table `golden`.`a`: locks `golden`.`a`, `golden`.`b`, `golden`.`c` while foreign keys between them are missing: all others wait
LOCK TABLES `golden`.`a` WRITE, `golden`.`b` WRITE, `golden`.`c` WRITE;
-- safe: table `golden`.`b`: drops foreign key `ba` until the columns it ties have changed
ALTER TABLE `b` DROP FOREIGN KEY `ba`;
-- safe: table `golden`.`c`: drops foreign key `cb` until the columns it ties have changed
ALTER TABLE `c` DROP FOREIGN KEY `cb`;
-- may fail: table `golden`.`a`: column `id`: fails where a value does not fit the new type
ALTER TABLE `a` MODIFY COLUMN `id` bigint unsigned NOT NULL;
-- may fail: table `golden`.`b`: column `id`: fails where a value does not fit the new type
ALTER TABLE `b` MODIFY COLUMN `id` bigint unsigned NOT NULL;
-- may fail: table `golden`.`c`: column `id`: fails where a value does not fit the new type
ALTER TABLE `c` MODIFY COLUMN `id` bigint unsigned NOT NULL;
-- safe: table `golden`.`b`: puts foreign key `ba` back as it was
ALTER TABLE `b` ADD CONSTRAINT `ba` FOREIGN KEY (`id`) REFERENCES `a` (`id`);
-- safe: table `golden`.`c`: puts foreign key `cb` back as it was
ALTER TABLE `c` ADD CONSTRAINT `cb` FOREIGN KEY (`id`) REFERENCES `b` (`id`);
-- safe: table `golden`.`a`: unlocks them
UNLOCK TABLES;

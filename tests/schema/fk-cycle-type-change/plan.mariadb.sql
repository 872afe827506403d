-- safe: table `golden`.`b`: drops foreign key `ba`
ALTER TABLE `b` DROP FOREIGN KEY `ba`;
-- slow: table `golden`.`a`: locks `golden`.`a`, `golden`.`b` while foreign keys between them are missing: all others wait
LOCK TABLES `golden`.`a` WRITE, `golden`.`b` WRITE;
-- safe: table `golden`.`a`: drops foreign key `ab` until the columns it ties have changed
ALTER TABLE `a` DROP FOREIGN KEY `ab`;
-- slow: table `golden`.`a`: column `id`: rebuilds the table; column `b`: rebuilds the table
ALTER TABLE `a`
  MODIFY COLUMN `id` bigint(20) NOT NULL,
  MODIFY COLUMN `b` bigint(20) DEFAULT NULL;
-- slow: table `golden`.`b`: column `id`: rebuilds the table; column `a`: rebuilds the table
ALTER TABLE `b`
  MODIFY COLUMN `id` bigint(20) NOT NULL,
  MODIFY COLUMN `a` bigint(20) DEFAULT NULL;
-- safe: table `golden`.`a`: puts foreign key `ab` back as it was
ALTER TABLE `a` ADD CONSTRAINT `ab` FOREIGN KEY (`b`) REFERENCES `b` (`id`);
-- safe: table `golden`.`a`: unlocks them
UNLOCK TABLES;
-- may fail: table `golden`.`b`: adds foreign key `ba`: fails where rows have no parent
ALTER TABLE `b` ADD CONSTRAINT `ba` FOREIGN KEY (`a`) REFERENCES `a` (`id`) ON DELETE CASCADE;

-- slow: table `golden`.`t`: locks `golden`.`t` while foreign keys between them are missing: all others wait
LOCK TABLES `golden`.`t` WRITE;
-- safe: table `golden`.`t`: drops foreign key `f` until the columns it ties have changed
ALTER TABLE `t` DROP FOREIGN KEY `f`;
-- slow: table `golden`.`t`: column `id`: rebuilds the table; column `up`: rebuilds the table
ALTER TABLE `t`
  MODIFY COLUMN `id` bigint NOT NULL,
  MODIFY COLUMN `up` bigint DEFAULT NULL;
-- safe: table `golden`.`t`: puts foreign key `f` back as it was
ALTER TABLE `t` ADD CONSTRAINT `f` FOREIGN KEY (`up`) REFERENCES `t` (`id`);
-- safe: table `golden`.`t`: unlocks them
UNLOCK TABLES;

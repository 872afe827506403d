-- slow: table `golden`.`boss`: locks `golden`.`boss`, `golden`.`pair`, `golden`.`worker` while foreign keys between them are missing: all others wait
LOCK TABLES `golden`.`boss` WRITE, `golden`.`pair` WRITE, `golden`.`worker` WRITE;
-- safe: table `golden`.`pair`: drops foreign key `named` until the columns it ties have changed
ALTER TABLE `pair` DROP FOREIGN KEY `named`;
-- safe: table `golden`.`pair`: drops foreign key `pair_ibfk_1` until the columns it ties have changed
ALTER TABLE `pair` DROP FOREIGN KEY `pair_ibfk_1`;
-- safe: table `golden`.`worker`: drops foreign key `worker_ibfk_1` until the columns it ties have changed
ALTER TABLE `worker` DROP FOREIGN KEY `worker_ibfk_1`;
-- slow: table `golden`.`boss`: column `id`: rebuilds the table
ALTER TABLE `boss` MODIFY COLUMN `id` bigint(20) NOT NULL;
-- slow: table `golden`.`pair`: column `a`: rebuilds the table; column `b`: rebuilds the table
ALTER TABLE `pair`
  MODIFY COLUMN `a` bigint(20) DEFAULT NULL,
  MODIFY COLUMN `b` bigint(20) DEFAULT NULL;
-- slow: table `golden`.`worker`: column `boss_id`: rebuilds the table
ALTER TABLE `worker` MODIFY COLUMN `boss_id` bigint(20) DEFAULT NULL;
-- safe: table `golden`.`pair`: puts foreign key `named` back as it was
ALTER TABLE `pair` ADD CONSTRAINT `named` FOREIGN KEY (`b`) REFERENCES `boss` (`id`);
-- safe: table `golden`.`pair`: puts foreign key `pair_ibfk_1` back as it was
ALTER TABLE `pair` ADD CONSTRAINT `pair_ibfk_1` FOREIGN KEY (`a`) REFERENCES `boss` (`id`), DROP KEY `a`, ADD KEY `a` (`a`);
-- safe: table `golden`.`worker`: puts foreign key `worker_ibfk_1` back as it was
ALTER TABLE `worker` ADD CONSTRAINT `worker_ibfk_1` FOREIGN KEY (`boss_id`) REFERENCES `boss` (`id`), DROP KEY `boss_id`, ADD KEY `boss_id` (`boss_id`);
-- safe: table `golden`.`boss`: unlocks them
UNLOCK TABLES;

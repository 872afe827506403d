-- safe: table `golden`.`b`: drops foreign key `ba` until the columns it ties have changed
ALTER TABLE `b` DROP FOREIGN KEY `ba`;
-- safe: table `golden`.`c`: drops foreign key `cb` until the columns it ties have changed
ALTER TABLE `c` DROP FOREIGN KEY `cb`;
-- destructive: table `golden`.`a`: column `id`: values that do not fit the new type are lost or refused
ALTER TABLE `a` MODIFY COLUMN `id` bigint(20) unsigned NOT NULL;
-- destructive: table `golden`.`b`: column `id`: values that do not fit the new type are lost or refused
ALTER TABLE `b` MODIFY COLUMN `id` bigint(20) unsigned NOT NULL;
-- destructive: table `golden`.`c`: column `id`: values that do not fit the new type are lost or refused
ALTER TABLE `c` MODIFY COLUMN `id` bigint(20) unsigned NOT NULL;
-- slow: table `golden`.`b`: puts foreign key `ba` back; checks every row
ALTER TABLE `b` ADD CONSTRAINT `ba` FOREIGN KEY (`id`) REFERENCES `a` (`id`);
-- slow: table `golden`.`c`: puts foreign key `cb` back; checks every row
ALTER TABLE `c` ADD CONSTRAINT `cb` FOREIGN KEY (`id`) REFERENCES `b` (`id`);

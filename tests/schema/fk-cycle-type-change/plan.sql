-- safe: table `golden`.`a`: drops foreign key `ab` until the columns it ties have changed
ALTER TABLE `a` DROP FOREIGN KEY `ab`;
-- safe: table `golden`.`b`: drops foreign key `ba`
ALTER TABLE `b` DROP FOREIGN KEY `ba`;
-- slow: table `golden`.`a`: column `id`: rebuilds the table; column `b`: rebuilds the table
ALTER TABLE `a`
  MODIFY COLUMN `id` bigint NOT NULL,
  MODIFY COLUMN `b` bigint DEFAULT NULL;
-- slow: table `golden`.`b`: column `id`: rebuilds the table; column `a`: rebuilds the table
ALTER TABLE `b`
  MODIFY COLUMN `id` bigint NOT NULL,
  MODIFY COLUMN `a` bigint DEFAULT NULL;
-- destructive: table `golden`.`b`: adds foreign key `ba`: fails where rows have no parent
ALTER TABLE `b` ADD CONSTRAINT `ba` FOREIGN KEY (`a`) REFERENCES `a` (`id`) ON DELETE CASCADE;
-- slow: table `golden`.`a`: puts foreign key `ab` back; checks every row
ALTER TABLE `a` ADD CONSTRAINT `ab` FOREIGN KEY (`b`) REFERENCES `b` (`id`);

-- safe: table `golden`.`c`: drops foreign key `fk` until the columns it ties have changed
ALTER TABLE `c` DROP FOREIGN KEY `fk`;
-- safe: table `golden`.`d`: drops foreign key `fd` until the columns it ties have changed
ALTER TABLE `d` DROP FOREIGN KEY `fd`;
-- slow: table `golden`.`c`: column `p`: rebuilds the table
ALTER TABLE `c` MODIFY COLUMN `p` bigint(20) DEFAULT NULL;
-- destructive: table `golden`.`d`: column `p`: fails where the column holds NULL
ALTER TABLE `d` MODIFY COLUMN `p` bigint(20) NOT NULL;
-- slow: table `golden`.`p`: column `id`: rebuilds the table
ALTER TABLE `p` MODIFY COLUMN `id` bigint(20) NOT NULL;
-- slow: table `golden`.`c`: puts foreign key `fk` back; checks every row
ALTER TABLE `c` ADD CONSTRAINT `fk` FOREIGN KEY (`p`) REFERENCES `p` (`id`) ON DELETE CASCADE;
-- slow: table `golden`.`d`: puts foreign key `fd` back; checks every row
ALTER TABLE `d` ADD CONSTRAINT `fd` FOREIGN KEY (`p`) REFERENCES `p` (`id`);

-- safe: table `golden`.`k`: drops foreign key `f` until the columns it ties have changed
ALTER TABLE `k` DROP FOREIGN KEY `f`;
-- slow: table `golden`.`k`: column `pid`: rebuilds the table; adds column `newcol`
ALTER TABLE `k`
  MODIFY COLUMN `pid` bigint DEFAULT NULL,
  ADD COLUMN `newcol` int DEFAULT NULL;
-- slow: table `golden`.`l`: column `pid`: rebuilds the table
ALTER TABLE `l` MODIFY COLUMN `pid` bigint DEFAULT NULL;
-- slow: table `golden`.`p`: column `id`: rebuilds the table
ALTER TABLE `p` MODIFY COLUMN `id` bigint DEFAULT NULL;
-- destructive: table `golden`.`l`: adds foreign key `g`: fails where rows have no parent
ALTER TABLE `l` ADD CONSTRAINT `g` FOREIGN KEY (`pid`) REFERENCES `p` (`id`);
-- slow: table `golden`.`k`: puts foreign key `f` back; checks every row
ALTER TABLE `k` ADD CONSTRAINT `f` FOREIGN KEY (`pid`) REFERENCES `p` (`id`);

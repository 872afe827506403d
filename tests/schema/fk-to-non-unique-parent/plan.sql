-- slow: table `golden`.`l`: column `pid`: rebuilds the table
ALTER TABLE `l` MODIFY COLUMN `pid` bigint DEFAULT NULL;
-- slow: table `golden`.`k`: locks `golden`.`k`, `golden`.`p` while foreign keys between them are missing: all others wait
LOCK TABLES `golden`.`k` WRITE, `golden`.`p` WRITE;
-- safe: table `golden`.`k`: drops foreign key `f` until the columns it ties have changed
ALTER TABLE `k` DROP FOREIGN KEY `f`;
-- slow: table `golden`.`k`: column `pid`: rebuilds the table; adds column `newcol`
ALTER TABLE `k`
  MODIFY COLUMN `pid` bigint DEFAULT NULL,
  ADD COLUMN `newcol` int DEFAULT NULL;
-- slow: table `golden`.`p`: column `id`: rebuilds the table
ALTER TABLE `p` MODIFY COLUMN `id` bigint DEFAULT NULL;
-- safe: table `golden`.`k`: puts foreign key `f` back as it was
ALTER TABLE `k` ADD CONSTRAINT `f` FOREIGN KEY (`pid`) REFERENCES `p` (`id`);
-- safe: table `golden`.`k`: unlocks them
UNLOCK TABLES;
-- may fail: table `golden`.`l`: adds foreign key `g`: fails where rows have no parent
ALTER TABLE `l` ADD CONSTRAINT `g` FOREIGN KEY (`pid`) REFERENCES `p` (`id`);

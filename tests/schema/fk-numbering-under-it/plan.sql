-- slow: table `golden`.`c`: locks `golden`.`c`, `golden`.`p` while foreign keys between them are missing: all others wait
LOCK TABLES `golden`.`c` WRITE, `golden`.`p` WRITE;
-- safe: table `golden`.`c`: drops foreign key `f` until the columns it ties have changed
ALTER TABLE `c` DROP FOREIGN KEY `f`;
-- safe: table `golden`.`c`: drops foreign key `g` until the columns it ties have changed
ALTER TABLE `c` DROP FOREIGN KEY `g`;
-- destructive: table `golden`.`p`: column `id`: numbers rows that hold 0 or NULL; column `no`: changes the definition only
ALTER TABLE `p`
  MODIFY COLUMN `id` int NOT NULL AUTO_INCREMENT,
  MODIFY COLUMN `no` int NOT NULL;
-- safe: table `golden`.`c`: puts foreign key `f` back as it was
ALTER TABLE `c` ADD CONSTRAINT `f` FOREIGN KEY (`p`) REFERENCES `p` (`id`);
-- safe: table `golden`.`c`: puts foreign key `g` back as it was
ALTER TABLE `c` ADD CONSTRAINT `g` FOREIGN KEY (`n`) REFERENCES `p` (`no`);
-- safe: table `golden`.`c`: unlocks them
UNLOCK TABLES;

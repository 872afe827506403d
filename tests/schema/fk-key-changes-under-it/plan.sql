-- slow: table `golden`.`c`: locks `golden`.`c`, `golden`.`p` while foreign keys between them are missing: all others wait
LOCK TABLES `golden`.`c` WRITE, `golden`.`p` WRITE;
-- safe: table `golden`.`c`: drops foreign key `fk` until the columns it ties have changed
ALTER TABLE `c` DROP FOREIGN KEY `fk`;
-- safe: table `golden`.`c`: drops key `k`; builds key `k` beside running traffic
ALTER TABLE `c`
  DROP KEY `k`,
  ADD KEY `k` (`p`,`q`);
-- safe: table `golden`.`c`: puts foreign key `fk` back as it was
ALTER TABLE `c` ADD CONSTRAINT `fk` FOREIGN KEY (`p`) REFERENCES `p` (`id`);
-- safe: table `golden`.`c`: unlocks them
UNLOCK TABLES;

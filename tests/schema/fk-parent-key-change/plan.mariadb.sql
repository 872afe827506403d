-- slow: table `golden`.`c`: locks `golden`.`c`, `golden`.`p` while foreign keys between them are missing: all others wait
LOCK TABLES `golden`.`c` WRITE, `golden`.`p` WRITE;
-- safe: table `golden`.`c`: drops foreign key `fk` until the columns it ties have changed
ALTER TABLE `c` DROP FOREIGN KEY `fk`;
-- safe: table `golden`.`c`: drops key `kc`; builds key `kc2` beside running traffic
ALTER TABLE `c`
  DROP KEY `kc`,
  ADD KEY `kc2` (`code`);
-- slow: table `golden`.`p`: drops key `uc`; builds key `uc2`; its columns are unique already
ALTER TABLE `p`
  DROP KEY `uc`,
  ADD UNIQUE KEY `uc2` (`code`);
-- safe: table `golden`.`c`: puts foreign key `fk` back as it was
ALTER TABLE `c` ADD CONSTRAINT `fk` FOREIGN KEY (`code`) REFERENCES `p` (`code`);
-- safe: table `golden`.`c`: unlocks them
UNLOCK TABLES;

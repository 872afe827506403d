-- slow: table `golden`.`p`: locks `golden`.`p`, `golden`.`t` while foreign keys between them are missing: all others wait
LOCK TABLES `golden`.`p` WRITE, `golden`.`t` WRITE;
-- safe: table `golden`.`t`: drops foreign key `f` until the columns it ties have changed
ALTER TABLE `t` DROP FOREIGN KEY `f`;
-- safe: table `golden`.`t`: drops key `ab`; builds key `f` beside running traffic
ALTER TABLE `t`
  DROP KEY `ab`,
  ADD KEY `f` (`a`);
-- safe: table `golden`.`t`: puts foreign key `f` back as it was
ALTER TABLE `t` ADD CONSTRAINT `f` FOREIGN KEY (`a`) REFERENCES `p` (`id`);
-- safe: table `golden`.`p`: unlocks them
UNLOCK TABLES;

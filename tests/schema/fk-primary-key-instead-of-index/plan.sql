-- slow: table `golden`.`p`: locks `golden`.`p`, `golden`.`t` while foreign keys between them are missing: all others wait
LOCK TABLES `golden`.`p` WRITE, `golden`.`t` WRITE;
-- safe: table `golden`.`t`: drops foreign key `t_ibfk_1` until the columns it ties have changed
ALTER TABLE `t` DROP FOREIGN KEY `t_ibfk_1`;
-- may fail: table `golden`.`t`: drops key `a`; builds the primary key: fails where rows are equal in it
ALTER TABLE `t`
  DROP KEY `a`,
  ADD PRIMARY KEY (`a`);
-- safe: table `golden`.`t`: puts foreign key `t_ibfk_1` back as it was
ALTER TABLE `t` ADD CONSTRAINT `t_ibfk_1` FOREIGN KEY (`a`) REFERENCES `p` (`id`);
-- safe: table `golden`.`p`: unlocks them
UNLOCK TABLES;

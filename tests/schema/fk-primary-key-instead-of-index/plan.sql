-- safe: table `golden`.`t`: drops foreign key `t_ibfk_1` until the columns it ties have changed
ALTER TABLE `t` DROP FOREIGN KEY `t_ibfk_1`;
-- destructive: table `golden`.`t`: drops key `a`; builds the primary key: fails where rows are equal in it
ALTER TABLE `t`
  DROP KEY `a`,
  ADD PRIMARY KEY (`a`);
-- slow: table `golden`.`t`: puts foreign key `t_ibfk_1` back; checks every row
ALTER TABLE `t` ADD CONSTRAINT `t_ibfk_1` FOREIGN KEY (`a`) REFERENCES `p` (`id`);

-- safe: table `golden`.`t`: drops foreign key `f` until the columns it ties have changed
ALTER TABLE `t` DROP FOREIGN KEY `f`;
-- safe: table `golden`.`t`: drops key `ab`; builds key `f` beside running traffic
ALTER TABLE `t`
  DROP KEY `ab`,
  ADD KEY `f` (`a`);
-- slow: table `golden`.`t`: puts foreign key `f` back; checks every row
ALTER TABLE `t` ADD CONSTRAINT `f` FOREIGN KEY (`a`) REFERENCES `p` (`id`);

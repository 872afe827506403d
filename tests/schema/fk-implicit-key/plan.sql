-- safe: table `golden`.`c`: drops foreign key `fk` until the columns it ties have changed
ALTER TABLE `c` DROP FOREIGN KEY `fk`;
-- safe: table `golden`.`c`: drops key `kp`; builds key `fk` beside running traffic
ALTER TABLE `c`
  DROP KEY `kp`,
  ADD KEY `fk` (`p`);
-- slow: table `golden`.`c`: puts foreign key `fk` back; checks every row
ALTER TABLE `c` ADD CONSTRAINT `fk` FOREIGN KEY (`p`) REFERENCES `p` (`id`);

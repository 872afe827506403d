-- safe: table `golden`.`c`: drops foreign key `fk`
ALTER TABLE `c` DROP FOREIGN KEY `fk`;
-- destructive: table `golden`.`c`: drops key `fk`; drops column `p` and its values; adds column `parent`; builds key `fk` beside running traffic
ALTER TABLE `c`
  DROP KEY `fk`,
  DROP COLUMN `p`,
  ADD COLUMN `parent` int DEFAULT NULL,
  ADD KEY `fk` (`parent`);
-- may fail: table `golden`.`c`: adds foreign key `fk`: fails where rows have no parent
ALTER TABLE `c` ADD CONSTRAINT `fk` FOREIGN KEY (`parent`) REFERENCES `p` (`id`);

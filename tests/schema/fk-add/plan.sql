-- safe: table `golden`.`c`: builds key `fk` beside running traffic
ALTER TABLE `c` ADD KEY `fk` (`p`);
-- may fail: table `golden`.`c`: adds foreign key `fk`: fails where rows have no parent
ALTER TABLE `c` ADD CONSTRAINT `fk` FOREIGN KEY (`p`) REFERENCES `p` (`id`) ON DELETE CASCADE ON UPDATE SET NULL;

-- safe: table `golden`.`c`: drops foreign key `fk`
ALTER TABLE `c` DROP FOREIGN KEY `fk`;
-- may fail: table `golden`.`c`: column `p`: fails where the column holds NULL
ALTER TABLE `c` MODIFY COLUMN `p` int NOT NULL;
-- may fail: table `golden`.`c`: adds foreign key `fk`: fails where rows have no parent
ALTER TABLE `c` ADD CONSTRAINT `fk` FOREIGN KEY (`p`) REFERENCES `p` (`id`);

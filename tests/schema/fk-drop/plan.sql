-- safe: table `golden`.`c`: drops foreign key `fk`
ALTER TABLE `c` DROP FOREIGN KEY `fk`;
-- safe: table `golden`.`c`: drops key `fk`
ALTER TABLE `c` DROP KEY `fk`;

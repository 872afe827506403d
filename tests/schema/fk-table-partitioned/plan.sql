-- safe: table `golden`.`c`: drops foreign key `fk`
ALTER TABLE `c` DROP FOREIGN KEY `fk`;
-- slow: table `golden`.`c`: partitions the table
ALTER TABLE `c` PARTITION BY HASH (`id`)
PARTITIONS 2;

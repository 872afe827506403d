-- safe: table `golden`.`c`: drops foreign key `fk`
ALTER TABLE `c` DROP FOREIGN KEY `fk`;
-- safe: table `golden`.`new`: creates the table
CREATE TABLE `new` (
  `id` int(11) NOT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
-- may fail: table `golden`.`c`: adds foreign key `fk`: fails where rows have no parent
ALTER TABLE `c` ADD CONSTRAINT `fk` FOREIGN KEY (`p`) REFERENCES `new` (`id`);
-- destructive: table `golden`.`old`: drops the table and every row in it
DROP TABLE `old`;

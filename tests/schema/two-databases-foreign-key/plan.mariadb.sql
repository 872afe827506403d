-- safe: table `golden_two`.`d`: creates the table
CREATE TABLE `d` (
  `id` int(11) NOT NULL,
  `p` bigint(20) DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `fd` (`p`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
-- slow: table `golden`.`p`: column `id`: rebuilds the table
ALTER TABLE `p` MODIFY COLUMN `id` bigint(20) NOT NULL;
-- slow: table `golden_two`.`c`: column `p`: rebuilds the table; builds key `fk` beside running traffic
ALTER TABLE `c`
  MODIFY COLUMN `p` bigint(20) DEFAULT NULL,
  ADD KEY `fk` (`p`);
-- safe: table `golden_two`.`d`: adds foreign key `fd` to the new table
ALTER TABLE `d` ADD CONSTRAINT `fd` FOREIGN KEY (`p`) REFERENCES `golden`.`p` (`id`);
-- may fail: table `golden_two`.`c`: adds foreign key `fk`: fails where rows have no parent
ALTER TABLE `c` ADD CONSTRAINT `fk` FOREIGN KEY (`p`) REFERENCES `golden`.`p` (`id`) ON DELETE CASCADE;

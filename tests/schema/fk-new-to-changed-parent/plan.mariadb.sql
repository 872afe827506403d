-- safe: table `golden`.`c`: creates the table
CREATE TABLE `c` (
  `id` int(11) NOT NULL,
  `p` bigint(20) DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `p` (`p`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
-- may fail: table `golden`.`p`: column `id`: fails where the column holds NULL; builds the primary key: fails where rows are equal in it
ALTER TABLE `p`
  MODIFY COLUMN `id` bigint(20) NOT NULL,
  ADD PRIMARY KEY (`id`);
-- safe: table `golden`.`c`: adds foreign key `c_ibfk_1` to the new table
ALTER TABLE `c` ADD CONSTRAINT `c_ibfk_1` FOREIGN KEY (`p`) REFERENCES `p` (`id`);

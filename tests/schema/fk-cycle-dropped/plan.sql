-- safe: table `golden`.`b`: drops foreign key `ba` of a table that goes
ALTER TABLE `b` DROP FOREIGN KEY `ba`;
-- destructive: table `golden`.`a`: drops the table and every row in it
DROP TABLE `a`;
-- destructive: table `golden`.`b`: drops the table and every row in it
DROP TABLE `b`;
-- safe: table `golden`.`c`: creates the table
CREATE TABLE `c` (
  `id` int NOT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

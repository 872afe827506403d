-- safe: table `golden_two`.`b`: creates the table
CREATE TABLE `b` (
  `id` int NOT NULL,
  `a` int DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `ba` (`a`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
-- safe: table `golden`.`a`: creates the table
CREATE TABLE `a` (
  `id` int NOT NULL,
  `b` int DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `ab` (`b`),
  CONSTRAINT `ab` FOREIGN KEY (`b`) REFERENCES `golden_two`.`b` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
-- safe: table `golden_two`.`b`: adds foreign key `ba` to the new table
ALTER TABLE `b` ADD CONSTRAINT `ba` FOREIGN KEY (`a`) REFERENCES `golden`.`a` (`id`);

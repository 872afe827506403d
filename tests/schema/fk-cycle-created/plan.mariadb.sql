-- safe: table `golden`.`b`: creates the table
CREATE TABLE `b` (
  `id` int(11) NOT NULL,
  `a` int(11) DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `ba` (`a`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
-- safe: table `golden`.`a`: creates the table
CREATE TABLE `a` (
  `id` int(11) NOT NULL,
  `b` int(11) DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `ab` (`b`),
  CONSTRAINT `ab` FOREIGN KEY (`b`) REFERENCES `b` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
-- safe: table `golden`.`b`: adds foreign key `ba` to the new table
ALTER TABLE `b` ADD CONSTRAINT `ba` FOREIGN KEY (`a`) REFERENCES `a` (`id`);

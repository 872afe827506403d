-- safe: table `golden`.`u`: drops check `c`; another table takes its name
ALTER TABLE `u` DROP CHECK `c`;
-- safe: table `golden`.`a`: creates the table
CREATE TABLE `a` (
  `a` int DEFAULT NULL,
  CONSTRAINT `c` CHECK ((`a` > 0))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

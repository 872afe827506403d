-- destructive: table `golden`.`u`: drops the table and every row in it
DROP TABLE `u`;
-- safe: table `golden`.`t`: creates the table
CREATE TABLE `t` (
  `a` int DEFAULT NULL,
  CONSTRAINT `c` CHECK ((`a` > 0))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

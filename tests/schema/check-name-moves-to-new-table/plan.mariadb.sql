-- safe: table `golden`.`a`: creates the table
CREATE TABLE `a` (
  `a` int(11) DEFAULT NULL,
  CONSTRAINT `c` CHECK (`a` > 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
-- safe: table `golden`.`u`: drops check `c`
ALTER TABLE `u` DROP CONSTRAINT `c`;

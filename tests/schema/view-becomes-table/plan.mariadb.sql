-- safe: view `golden`.`v`: drops the view, which the source does not have
DROP VIEW `v`;
-- destructive: table `golden`.`w`: drops the table and every row in it
DROP TABLE `w`;
-- safe: table `golden`.`v`: creates the table
CREATE TABLE `v` (
  `a` int(11) DEFAULT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
-- safe: view `golden`.`w`: creates the view
-- under utf8mb4, utf8mb4_general_ci
CREATE OR REPLACE ALGORITHM=UNDEFINED SQL SECURITY DEFINER VIEW `w` AS select `t`.`a` AS `a` from `t`;

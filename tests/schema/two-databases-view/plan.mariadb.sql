-- safe: table `golden_two`.`u`: creates the table
CREATE TABLE `u` (
  `b` int(11) DEFAULT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
-- safe: view `golden_two`.`a`: creates the view
-- under utf8mb4, utf8mb4_general_ci
CREATE OR REPLACE ALGORITHM=UNDEFINED SQL SECURITY DEFINER VIEW `a` AS select `golden`.`t`.`a` AS `a` from `golden`.`t`;
-- safe: view `golden`.`z`: creates the view
-- under utf8mb4, utf8mb4_general_ci
CREATE OR REPLACE ALGORITHM=UNDEFINED SQL SECURITY DEFINER VIEW `z` AS select `x`.`a` AS `a`,`golden_two`.`u`.`b` AS `b` from (`golden_two`.`a` `x` join `golden_two`.`u` on(`golden_two`.`u`.`b` = `x`.`a`));
-- safe: view `golden_two`.`b`: creates the view
-- under utf8mb4, utf8mb4_general_ci
CREATE OR REPLACE ALGORITHM=UNDEFINED SQL SECURITY DEFINER VIEW `b` AS select `z`.`a` AS `a`,`z`.`b` AS `b` from `golden`.`z`;

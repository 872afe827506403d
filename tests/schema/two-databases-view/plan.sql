-- safe: table `golden_two`.`u`: creates the table
CREATE TABLE `u` (
  `b` int DEFAULT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
-- safe: view `golden_two`.`a`: creates the view
-- under utf8mb4, utf8mb4_0900_ai_ci
CREATE OR REPLACE ALGORITHM=UNDEFINED SQL SECURITY DEFINER VIEW `a` AS select `golden`.`t`.`a` AS `a` from `golden`.`t`;
-- safe: view `golden`.`z`: creates the view
-- under utf8mb4, utf8mb4_0900_ai_ci
CREATE OR REPLACE ALGORITHM=UNDEFINED SQL SECURITY DEFINER VIEW `z` AS select `golden_two`.`x`.`a` AS `a`,`golden_two`.`u`.`b` AS `b` from (`golden_two`.`a` `x` join `golden_two`.`u` on((`golden_two`.`u`.`b` = `golden_two`.`x`.`a`)));
-- safe: view `golden_two`.`b`: creates the view
-- under utf8mb4, utf8mb4_0900_ai_ci
CREATE OR REPLACE ALGORITHM=UNDEFINED SQL SECURITY DEFINER VIEW `b` AS select `golden`.`z`.`a` AS `a`,`golden`.`z`.`b` AS `b` from `golden`.`z`;

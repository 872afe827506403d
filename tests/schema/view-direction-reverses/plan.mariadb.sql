-- safe: view `golden`.`v1`: replaces the view
-- under utf8mb4, utf8mb4_general_ci
CREATE OR REPLACE ALGORITHM=UNDEFINED SQL SECURITY DEFINER VIEW `v1` AS select `t`.`a` AS `a` from `t`;
-- safe: view `golden`.`v2`: replaces the view
-- under utf8mb4, utf8mb4_general_ci
CREATE OR REPLACE ALGORITHM=UNDEFINED SQL SECURITY DEFINER VIEW `v2` AS select `v1`.`a` AS `a` from `v1`;

-- safe: view `golden`.`v1`: drops the view, which the source does not have
DROP VIEW `v1`;
-- safe: view `golden`.`v2`: replaces the view
-- under utf8mb4, utf8mb4_general_ci
CREATE OR REPLACE ALGORITHM=UNDEFINED SQL SECURITY DEFINER VIEW `v2` AS select `t`.`a` AS `a` from `t`;

-- safe: view `golden`.`v`: replaces the view
-- under utf8mb4, utf8mb4_general_ci
CREATE OR REPLACE ALGORITHM=TEMPTABLE SQL SECURITY INVOKER VIEW `v` AS select `t`.`a` AS `a` from `t`;
-- safe: view `golden`.`w`: replaces the view
-- under utf8mb4, utf8mb4_general_ci
CREATE OR REPLACE ALGORITHM=UNDEFINED SQL SECURITY DEFINER VIEW `w` AS select `t`.`a` AS `a` from `t` where `t`.`a` > 1 WITH CASCADED CHECK OPTION;

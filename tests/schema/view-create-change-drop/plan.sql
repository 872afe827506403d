-- safe: view `golden`.`v2`: drops the view, which the source does not have
DROP VIEW `v2`;
-- safe: view `golden`.`v1`: replaces the view
-- under utf8mb4, utf8mb4_0900_ai_ci
CREATE OR REPLACE ALGORITHM=UNDEFINED SQL SECURITY DEFINER VIEW `v1` AS select `t`.`a` AS `a`,`t`.`b` AS `b` from `t`;
-- safe: view `golden`.`v3`: creates the view
-- under utf8mb4, utf8mb4_0900_ai_ci
CREATE OR REPLACE ALGORITHM=UNDEFINED SQL SECURITY DEFINER VIEW `v3` AS select `t`.`b` AS `x`,'text' AS `y` from `t` where (`t`.`a` > 3);

-- safe: view `golden`.`v`: creates the view
-- under utf8mb4, utf8mb4_general_ci
CREATE OR REPLACE ALGORITHM=UNDEFINED SQL SECURITY DEFINER VIEW `v` AS select `gone`.`b` AS `b` from `gone`;

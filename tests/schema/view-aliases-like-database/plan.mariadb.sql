-- safe: view `golden`.`v`: creates the view
-- under utf8mb4, utf8mb4_general_ci
CREATE OR REPLACE ALGORITHM=UNDEFINED SQL SECURITY DEFINER VIEW `v` AS select `x`.`a` AS `v`,`t`.`b` AS `b` from (`t` `x` join `t` on(`t`.`a` = `x`.`a`));

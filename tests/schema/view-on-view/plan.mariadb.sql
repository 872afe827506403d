-- safe: table `golden`.`t`: adds column `b`
ALTER TABLE `t` ADD COLUMN `b` int(11) DEFAULT NULL;
-- safe: view `golden`.`z`: creates the view
-- under utf8mb4, utf8mb4_general_ci
CREATE OR REPLACE ALGORITHM=UNDEFINED SQL SECURITY DEFINER VIEW `z` AS select `t`.`a` AS `a`,`t`.`b` AS `b` from `t`;
-- safe: view `golden`.`y`: creates the view
-- under utf8mb4, utf8mb4_general_ci
CREATE OR REPLACE ALGORITHM=UNDEFINED SQL SECURITY DEFINER VIEW `y` AS select `z`.`a` AS `a` from `z`;
-- safe: view `golden`.`a`: creates the view
-- under utf8mb4, utf8mb4_general_ci
CREATE OR REPLACE ALGORITHM=UNDEFINED SQL SECURITY DEFINER VIEW `a` AS select `y`.`a` AS `ya`,`z`.`b` AS `b` from (`y` join `z` on(`y`.`a` = `z`.`a`));

-- destructive: table `golden`.`t`: drops column `b` and its values; column `a`: rebuilds the table; adds column `c`
ALTER TABLE `t`
  DROP COLUMN `b`,
  MODIFY COLUMN `a` bigint DEFAULT NULL,
  ADD COLUMN `c` varchar(9) DEFAULT NULL;
-- safe: view `golden`.`v`: replaces the view
-- under utf8mb4, utf8mb4_0900_ai_ci
CREATE OR REPLACE ALGORITHM=UNDEFINED SQL SECURITY DEFINER VIEW `v` AS select `t`.`a` AS `a`,`t`.`c` AS `c` from `t`;

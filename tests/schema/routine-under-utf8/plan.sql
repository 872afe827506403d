-- safe: procedure `golden`.`p`: creates the procedure
-- under utf8mb3, utf8mb3_general_ci
CREATE PROCEDURE `p`()
SELECT 'é €';
-- safe: view `golden`.`v`: creates the view
-- under utf8mb3, utf8mb3_general_ci
CREATE OR REPLACE ALGORITHM=UNDEFINED SQL SECURITY DEFINER VIEW `v` AS select 'ü' AS `u`;

-- safe: function `golden`.`f`: drops the function to create it again; callers fail for a moment
DROP FUNCTION `f`;
-- safe: function `golden`.`f`: creates the function
-- under utf8mb4, utf8mb4_general_ci
CREATE FUNCTION `f`(x INT) RETURNS bigint(20)
    DETERMINISTIC
RETURN x + 2;
-- safe: function `golden`.`g`: creates the function
-- under utf8mb4, utf8mb4_general_ci
CREATE FUNCTION `g`(x VARCHAR(10) CHARSET utf8mb4) RETURNS varchar(20) CHARSET utf8mb4 COLLATE utf8mb4_general_ci
    DETERMINISTIC
RETURN CONCAT(x, 'é');
-- safe: view `golden`.`v`: replaces the view
-- under utf8mb4, utf8mb4_general_ci
CREATE OR REPLACE ALGORITHM=UNDEFINED SQL SECURITY DEFINER VIEW `v` AS select `f`(`t`.`a`) AS `fa`,`g`(`t`.`a`) AS `ga` from `t`;

-- safe: procedure `golden`.`p`: drops the procedure to create it again; callers fail for a moment
DROP PROCEDURE `p`;
-- safe: procedure `golden`.`p`: creates the procedure
-- under utf8mb4, utf8mb4_general_ci
CREATE PROCEDURE `p`()
SELECT "a" FROM (SELECT 1 AS a) x;

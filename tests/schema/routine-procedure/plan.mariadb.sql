-- safe: procedure `golden`.`p`: drops the procedure to create it again; callers fail for a moment
DROP PROCEDURE `p`;
-- safe: procedure `golden`.`p`: creates the procedure
-- under utf8mb4, utf8mb4_general_ci
CREATE PROCEDURE `p`(IN a INT, OUT b VARCHAR(10))
    SQL SECURITY INVOKER
    COMMENT 'new'
BEGIN SET b = CONCAT('x;', a); END;
-- safe: procedure `golden`.`r`: creates the procedure
-- under utf8mb4, utf8mb4_general_ci
CREATE PROCEDURE `r`()
    MODIFIES SQL DATA
SELECT 2;
-- safe: procedure `golden`.`q`: drops the procedure, which the source does not have
DROP PROCEDURE `q`;

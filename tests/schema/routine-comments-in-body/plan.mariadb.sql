-- safe: procedure `golden`.`p`: creates the procedure
-- under utf8mb4, utf8mb4_general_ci
CREATE PROCEDURE `p`()
    READS SQL DATA
    COMMENT 'it''s'
SELECT 'DEFINER=`x`@`y`', "two; words";
-- safe: procedure `golden`.`q`: drops the procedure to create it again; callers fail for a moment
DROP PROCEDURE `q`;
-- safe: procedure `golden`.`q`: creates the procedure
-- under utf8mb4, utf8mb4_general_ci
CREATE PROCEDURE `q`()
SELECT 1 -- tail;

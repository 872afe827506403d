-- safe: procedure `golden`.`Pp`: drops the procedure, which the source does not have
DROP PROCEDURE `Pp`;
-- safe: procedure `golden`.`pP`: creates the procedure
-- under utf8mb4, utf8mb4_0900_ai_ci
CREATE PROCEDURE `pP`()
SELECT 1;

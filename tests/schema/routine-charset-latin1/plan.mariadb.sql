-- safe: procedure `golden`.`emoji`: creates the procedure
-- under utf8mb4, utf8mb4_general_ci
CREATE PROCEDURE `emoji`()
SELECT '😀';
-- safe: procedure `golden`.`p`: drops the procedure to create it again; callers fail for a moment
DROP PROCEDURE `p`;
-- safe: procedure `golden`.`p`: creates the procedure
-- under utf8mb4, utf8mb4_general_ci
CREATE PROCEDURE `p`()
SELECT 'a';
-- safe: procedure `golden`.`q`: creates the procedure
-- under latin1, latin1_swedish_ci
CREATE PROCEDURE `q`()
SELECT 'b';
-- safe: procedure `golden`.`r`: creates the procedure
-- under utf8mb4, utf8mb4_bin
CREATE PROCEDURE `r`()
SELECT 'b';

CREATE PROCEDURE q() /* first */ SELECT 1 -- tail
;
CREATE PROCEDURE p() COMMENT 'it''s' READS SQL DATA
# hash
SELECT 'DEFINER=`x`@`y`', "two; words";

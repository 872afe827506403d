-- safe: function `golden`.`f`: creates the function
-- under sjis, sjis_japanese_ci
CREATE FUNCTION `f`() RETURNS varchar(10) CHARSET utf8mb4 COLLATE utf8mb4_general_ci
    DETERMINISTIC
RETURN '表';
-- safe: procedure `golden`.`p`: creates the procedure
-- under latin1, latin1_swedish_ci
CREATE PROCEDURE `p`()
SELECT 'é', _latin1'é';
-- safe: trigger `golden`.`g`: creates the trigger
-- under cp1251, cp1251_general_ci
CREATE TRIGGER `g` BEFORE INSERT ON `t` FOR EACH ROW SET NEW.s = 'ж' /* ё */;

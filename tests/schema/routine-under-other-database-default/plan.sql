-- safe: database `golden`: changes the defaults of the database
ALTER DATABASE `golden` DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
-- safe: function `golden`.`f`: drops the function to create it again; callers fail for a moment
DROP FUNCTION `f`;
-- safe: function `golden`.`f`: creates the function
-- under utf8mb4, utf8mb4_0900_ai_ci
CREATE FUNCTION `f`(x VARCHAR(3)) RETURNS varchar(9) CHARSET utf8mb4 COLLATE utf8mb4_unicode_ci
    DETERMINISTIC
RETURN x;
-- safe: trigger `golden`.`g`: drops the trigger to create it again; it does not fire for a moment
DROP TRIGGER `g`;
-- safe: trigger `golden`.`g`: creates the trigger
-- under utf8mb4, utf8mb4_0900_ai_ci
CREATE TRIGGER `g` BEFORE INSERT ON `t` FOR EACH ROW SET @a = 'x';

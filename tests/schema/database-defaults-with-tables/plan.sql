-- safe: database `golden`: changes the defaults of the database
ALTER DATABASE `golden` DEFAULT CHARACTER SET latin1 COLLATE latin1_swedish_ci;
-- safe: function `golden`.`f`: creates the function
-- under utf8mb4, utf8mb4_0900_ai_ci
CREATE FUNCTION `f`(x VARCHAR(3)) RETURNS varchar(9) CHARSET latin1
    DETERMINISTIC
RETURN x;
-- may fail: table `golden`.`t`: column `a`: fails where a value has a character that the new character set lacks; adds column `b`; changes the default for new columns
ALTER TABLE `t`
  MODIFY COLUMN `a` varchar(3) DEFAULT NULL,
  ADD COLUMN `b` text,
  DEFAULT CHARSET=latin1 COLLATE=latin1_swedish_ci;

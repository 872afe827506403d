-- safe: function `golden`.`agg`: creates the function
-- under utf8mb4, utf8mb4_general_ci
CREATE AGGREGATE FUNCTION `agg`(x INT) RETURNS int(11)
    DETERMINISTIC
BEGIN
  DECLARE s INT DEFAULT 0;
  DECLARE CONTINUE HANDLER FOR NOT FOUND RETURN s;
  LOOP FETCH GROUP NEXT ROW; SET s = s + x; END LOOP;
END;

-- safe: trigger `golden`.`t1`: creates the trigger
-- under utf8mb4, utf8mb4_general_ci
CREATE TRIGGER `t1` BEFORE INSERT ON `t` FOR EACH ROW BEGIN
  -- comment; with semicolon
  IF NEW.a > 1 THEN SET NEW.b = 'x;y'; ELSE SET NEW.b = "q"; END IF;
END;
-- safe: trigger `golden`.`t2`: creates the trigger
-- under utf8mb4, utf8mb4_general_ci
CREATE TRIGGER `t2` BEFORE INSERT ON `t` FOR EACH ROW FOLLOWS `t1` SET NEW.b = CONCAT(NEW.b, 'FOR EACH ROW ');

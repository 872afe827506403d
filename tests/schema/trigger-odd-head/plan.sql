-- safe: trigger `golden`.`each`: creates the trigger
-- under utf8mb4, utf8mb4_0900_ai_ci
CREATE TRIGGER `each` BEFORE INSERT ON `for` FOR EACH ROW begin set @a = 1; set @b = 'FOR EACH ROW'; end;

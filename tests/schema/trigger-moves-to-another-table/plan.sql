-- safe: trigger `golden`.`x`: drops the trigger to create it again; it does not fire for a moment
DROP TRIGGER `x`;
-- safe: trigger `golden`.`x`: creates the trigger
-- under utf8mb4, utf8mb4_0900_ai_ci
CREATE TRIGGER `x` BEFORE INSERT ON `u` FOR EACH ROW SET @a = 1;

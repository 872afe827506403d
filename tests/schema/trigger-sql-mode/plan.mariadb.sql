-- safe: trigger `golden`.`t1`: drops the trigger to create it again; it does not fire for a moment
DROP TRIGGER `t1`;
-- safe: trigger `golden`.`t1`: creates the trigger
-- under utf8mb4, utf8mb4_general_ci
CREATE TRIGGER `t1` BEFORE INSERT ON `t` FOR EACH ROW SET @a = 'x';

-- safe: trigger `golden`.`u`: creates the trigger
-- under utf8mb4, utf8mb4_general_ci
CREATE TRIGGER `u` AFTER UPDATE ON `t` FOR EACH ROW SET @a = 4;
-- safe: trigger `golden`.`c`: creates the trigger
-- under utf8mb4, utf8mb4_general_ci
CREATE TRIGGER `c` BEFORE INSERT ON `t` FOR EACH ROW PRECEDES `b` SET @a = 3;
-- safe: trigger `golden`.`a`: creates the trigger
-- under utf8mb4, utf8mb4_general_ci
CREATE TRIGGER `a` BEFORE INSERT ON `t` FOR EACH ROW FOLLOWS `b` SET @a = 2;

-- safe: trigger `golden`.`t0`: creates the trigger
-- under utf8mb4, utf8mb4_0900_ai_ci
CREATE TRIGGER `t0` BEFORE INSERT ON `t` FOR EACH ROW FOLLOWS `t3` SET @a = 0;
-- safe: trigger `golden`.`t2`: drops the trigger to create it again; it does not fire for a moment
DROP TRIGGER `t2`;
-- safe: trigger `golden`.`t2`: creates the trigger
-- under utf8mb4, utf8mb4_0900_ai_ci
CREATE TRIGGER `t2` BEFORE INSERT ON `t` FOR EACH ROW FOLLOWS `t0` SET @a = 2;
-- safe: trigger `golden`.`t1`: drops the trigger to create it again; it does not fire for a moment
DROP TRIGGER `t1`;
-- safe: trigger `golden`.`t1`: creates the trigger
-- under utf8mb4, utf8mb4_0900_ai_ci
CREATE TRIGGER `t1` BEFORE INSERT ON `t` FOR EACH ROW FOLLOWS `t2` SET @a = 1;

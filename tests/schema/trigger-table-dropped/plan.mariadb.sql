-- safe: trigger `golden`.`t1`: drops the trigger to create it again; it does not fire for a moment
DROP TRIGGER `t1`;
-- destructive: table `golden`.`t`: drops the table and every row in it
DROP TABLE `t`;
-- safe: trigger `golden`.`t1`: creates the trigger
-- under utf8mb4, utf8mb4_general_ci
CREATE TRIGGER `t1` BEFORE INSERT ON `u` FOR EACH ROW SET @a = 1;

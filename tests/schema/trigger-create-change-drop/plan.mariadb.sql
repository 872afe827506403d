-- safe: trigger `golden`.`t2`: drops the trigger, which the source does not have
DROP TRIGGER `t2`;
-- safe: table `golden`.`t`: adds column `c`
ALTER TABLE `t` ADD COLUMN `c` int(11) DEFAULT NULL;
-- safe: trigger `golden`.`t1`: drops the trigger to create it again; it does not fire for a moment
DROP TRIGGER `t1`;
-- safe: trigger `golden`.`t1`: creates the trigger
-- under utf8mb4, utf8mb4_general_ci
CREATE TRIGGER `t1` BEFORE INSERT ON `t` FOR EACH ROW SET NEW.c = 2;
-- safe: trigger `golden`.`t3`: creates the trigger
-- under utf8mb4, utf8mb4_general_ci
CREATE TRIGGER `t3` BEFORE UPDATE ON `t` FOR EACH ROW SET NEW.b = OLD.b;

-- destructive: table `golden`.`t`: drops column `gone` and its values; adds column `come`
ALTER TABLE `t`
  DROP COLUMN `gone`,
  ADD COLUMN `come` int(11) DEFAULT NULL;
-- safe: trigger `golden`.`t1`: drops the trigger to create it again; it does not fire for a moment
DROP TRIGGER `t1`;
-- safe: trigger `golden`.`t1`: creates the trigger
-- under utf8mb4, utf8mb4_general_ci
CREATE TRIGGER `t1` BEFORE UPDATE ON `t` FOR EACH ROW SET NEW.come = 1;

-- safe: table `golden`.`v`: creates the table
CREATE TABLE `v` (
  `a` int(11) DEFAULT NULL,
  `b` int(11) DEFAULT NULL WITHOUT SYSTEM VERSIONING,
  `s` timestamp(6) GENERATED ALWAYS AS ROW START,
  `e` timestamp(6) GENERATED ALWAYS AS ROW END,
  PERIOD FOR SYSTEM_TIME (`s`, `e`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci WITH SYSTEM VERSIONING;
-- safe: table `golden`.`v`: takes the default NULL off a column of the new table
ALTER TABLE `v` ALTER COLUMN `e` DROP DEFAULT;
-- safe: table `golden`.`v`: takes the default NULL off a column of the new table
ALTER TABLE `v` ALTER COLUMN `s` DROP DEFAULT;
-- slow: table `golden`.`t`: keeps every row's history from now on
ALTER TABLE `t` ADD SYSTEM VERSIONING;
-- destructive: table `golden`.`u`: forgets the history of every row
ALTER TABLE `u` DROP SYSTEM VERSIONING;

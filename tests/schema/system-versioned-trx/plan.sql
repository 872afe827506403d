-- note: table `golden`.`t`: the values of column `s` are converted in the target's time zone SYSTEM
-- note: table `golden`.`t`: the values of column `e` are converted in the target's time zone SYSTEM
-- destructive: table `golden`.`t`: drops key `PRIMARY`; drops column `s` and its values; drops column `e` and its values; builds the primary key: fails where rows are equal in it; drops a period; forgets the history of every row
ALTER TABLE `t`
  DROP PRIMARY KEY,
  DROP COLUMN `s`,
  DROP COLUMN `e`,
  ADD PRIMARY KEY (`id`),
  DROP PERIOD FOR SYSTEM_TIME,
  DROP SYSTEM VERSIONING;
-- may fail: table `golden`.`t`: drops key `PRIMARY`; adds column `s`; adds column `e`; builds the primary key: fails where rows are equal in it; adds a clause: fails where rows violate it; keeps every row's history from now on
ALTER TABLE `t`
  DROP PRIMARY KEY,
  ADD COLUMN `s` timestamp(6) GENERATED ALWAYS AS ROW START,
  ADD COLUMN `e` timestamp(6) GENERATED ALWAYS AS ROW END,
  ADD PRIMARY KEY (`id`,`e`),
  ADD PERIOD FOR SYSTEM_TIME (`s`, `e`),
  ADD SYSTEM VERSIONING;
-- safe: table `golden`.`t`: takes the default NULL off column `s`
ALTER TABLE `t` ALTER COLUMN `s` DROP DEFAULT;
-- safe: table `golden`.`t`: takes the default NULL off column `e`
ALTER TABLE `t` ALTER COLUMN `e` DROP DEFAULT;

-- destructive: table `golden`.`t`: forgets the history of every row
ALTER TABLE `t` DROP SYSTEM VERSIONING;
-- slow: table `golden`.`t`: stores the table in InnoDB; copies it; keeps every row's history from now on
ALTER TABLE `t`
  ENGINE=InnoDB,
  ADD SYSTEM VERSIONING;
-- slow: table `golden`.`t`: sets PAGE_CHECKSUM back; rebuilds the table
ALTER TABLE `t` PAGE_CHECKSUM=DEFAULT;

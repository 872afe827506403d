-- may fail: table `golden`.`v`: stores the table in Aria: fails where a row does not fit there; sets PAGE_CHECKSUM; rebuilds the table
ALTER TABLE `v`
  ENGINE=Aria,
  PAGE_CHECKSUM=1;
-- may fail: table `golden`.`x`: stores the table in MyISAM: fails where a row does not fit there
ALTER TABLE `x` ENGINE=MyISAM;
-- slow: table `golden`.`x`: sets PAGE_CHECKSUM back; rebuilds the table
ALTER TABLE `x` PAGE_CHECKSUM=DEFAULT;
-- may fail: table `golden`.`y`: stores the table in Aria: fails where a row does not fit there; sets PAGE_CHECKSUM; rebuilds the table
ALTER TABLE `y`
  ENGINE=Aria,
  PAGE_CHECKSUM=1;
-- slow: table `golden`.`t`: stores the table in InnoDB; copies it
ALTER TABLE `t` ENGINE=InnoDB;
-- slow: table `golden`.`t`: sets PAGE_CHECKSUM back; rebuilds the table
ALTER TABLE `t` PAGE_CHECKSUM=DEFAULT;
-- slow: table `golden`.`u`: stores the table in InnoDB; copies it
ALTER TABLE `u` ENGINE=InnoDB;
-- slow: table `golden`.`u`: sets PAGE_CHECKSUM back; rebuilds the table; sets TRANSACTIONAL back; rebuilds the table
ALTER TABLE `u`
  PAGE_CHECKSUM=DEFAULT,
  TRANSACTIONAL=DEFAULT;
-- slow: table `golden`.`w`: adds column `a` (the engine copies the table); stores the table in InnoDB; copies it; sets ROW_FORMAT back; rebuilds the table
ALTER TABLE `w`
  ADD COLUMN `a` int(11) DEFAULT NULL,
  ENGINE=InnoDB,
  ROW_FORMAT=DEFAULT;
-- slow: table `golden`.`w`: sets PAGE_CHECKSUM back; rebuilds the table
ALTER TABLE `w` PAGE_CHECKSUM=DEFAULT;

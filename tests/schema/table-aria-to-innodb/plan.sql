-- slow: table `golden`.`t`: sets ENGINE; rebuilds the table
ALTER TABLE `t` ENGINE=InnoDB;
-- slow: table `golden`.`t`: sets PAGE_CHECKSUM back; rebuilds the table
ALTER TABLE `t` PAGE_CHECKSUM=DEFAULT;
-- slow: table `golden`.`u`: sets ENGINE; rebuilds the table
ALTER TABLE `u` ENGINE=InnoDB;
-- slow: table `golden`.`u`: sets PAGE_CHECKSUM back; rebuilds the table; sets TRANSACTIONAL back; rebuilds the table
ALTER TABLE `u`
  PAGE_CHECKSUM=DEFAULT,
  TRANSACTIONAL=DEFAULT;
-- slow: table `golden`.`v`: sets ENGINE; rebuilds the table; sets PAGE_CHECKSUM; rebuilds the table
ALTER TABLE `v`
  ENGINE=Aria,
  PAGE_CHECKSUM=1;
-- slow: table `golden`.`w`: adds column `a` (the engine copies the table); sets ENGINE; rebuilds the table; sets ROW_FORMAT back; rebuilds the table
ALTER TABLE `w`
  ADD COLUMN `a` int(11) DEFAULT NULL,
  ENGINE=InnoDB,
  ROW_FORMAT=DEFAULT;
-- slow: table `golden`.`w`: sets PAGE_CHECKSUM back; rebuilds the table
ALTER TABLE `w` PAGE_CHECKSUM=DEFAULT;
-- slow: table `golden`.`x`: sets ENGINE; rebuilds the table
ALTER TABLE `x` ENGINE=MyISAM;
-- slow: table `golden`.`x`: sets PAGE_CHECKSUM back; rebuilds the table
ALTER TABLE `x` PAGE_CHECKSUM=DEFAULT;
-- slow: table `golden`.`y`: sets ENGINE; rebuilds the table; sets PAGE_CHECKSUM; rebuilds the table
ALTER TABLE `y`
  ENGINE=Aria,
  PAGE_CHECKSUM=1;

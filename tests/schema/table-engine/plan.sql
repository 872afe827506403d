-- may fail: table `golden`.`t`: stores the table in MyISAM: fails where a row does not fit there; sets MAX_ROWS
ALTER TABLE `t`
  ENGINE=MyISAM,
  MAX_ROWS=50;
-- slow: table `golden`.`u`: stores the table in InnoDB; copies it; sets MIN_ROWS back (the engine copies the table); sets MAX_ROWS back (the engine copies the table); sets AVG_ROW_LENGTH back (the engine copies the table); sets PACK_KEYS back (the engine copies the table); sets CHECKSUM back; rebuilds the table; sets DELAY_KEY_WRITE back (the engine copies the table)
ALTER TABLE `u`
  ENGINE=InnoDB,
  MIN_ROWS=0,
  MAX_ROWS=0,
  AVG_ROW_LENGTH=0,
  PACK_KEYS=DEFAULT,
  CHECKSUM=0,
  DELAY_KEY_WRITE=0;

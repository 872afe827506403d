-- may fail: table `golden`.`u`: stores rows as COMPRESSED: fails where one is too long for that; sets KEY_BLOCK_SIZE; rebuilds the table
ALTER TABLE `u`
  ROW_FORMAT=COMPRESSED,
  KEY_BLOCK_SIZE=4;
-- slow: table `golden`.`t`: sets ROW_FORMAT back; rebuilds the table; sets KEY_BLOCK_SIZE back; rebuilds the table
ALTER TABLE `t`
  ROW_FORMAT=DEFAULT,
  KEY_BLOCK_SIZE=0;

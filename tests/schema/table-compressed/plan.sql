-- slow: table `golden`.`t`: sets ROW_FORMAT back; rebuilds the table; sets KEY_BLOCK_SIZE back; rebuilds the table
ALTER TABLE `t`
  ROW_FORMAT=DEFAULT,
  KEY_BLOCK_SIZE=0;
-- slow: table `golden`.`u`: sets ROW_FORMAT; rebuilds the table; sets KEY_BLOCK_SIZE; rebuilds the table
ALTER TABLE `u`
  ROW_FORMAT=COMPRESSED,
  KEY_BLOCK_SIZE=4;

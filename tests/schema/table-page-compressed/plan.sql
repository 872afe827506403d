-- slow: table `golden`.`t`: sets `PAGE_COMPRESSED` back; rebuilds the table
ALTER TABLE `t` `PAGE_COMPRESSED`=DEFAULT;
-- slow: table `golden`.`u`: sets `PAGE_COMPRESSED`; rebuilds the table; sets `PAGE_COMPRESSION_LEVEL`; rebuilds the table
ALTER TABLE `u`
  `PAGE_COMPRESSED`=1,
  `PAGE_COMPRESSION_LEVEL`=6;

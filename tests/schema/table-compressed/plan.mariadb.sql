-- may fail: table `golden`.`u`: drops key `PRIMARY`; builds key `PRIMARY`; its columns are unique already; stores rows as COMPRESSED: fails where one is too long for that; sets KEY_BLOCK_SIZE; rebuilds the table
ALTER TABLE `u`
  DROP PRIMARY KEY,
  ADD PRIMARY KEY (`a`),
  ROW_FORMAT=COMPRESSED,
  KEY_BLOCK_SIZE=4;
-- slow: table `golden`.`t`: drops key `PRIMARY`; builds key `PRIMARY`; its columns are unique already; sets ROW_FORMAT back; rebuilds the table; sets KEY_BLOCK_SIZE back; rebuilds the table
ALTER TABLE `t`
  DROP PRIMARY KEY,
  ADD PRIMARY KEY (`a`),
  ROW_FORMAT=DEFAULT,
  KEY_BLOCK_SIZE=0;

-- slow: table `golden`.`t`: sets ROW_FORMAT; rebuilds the table
ALTER TABLE `t` ROW_FORMAT=REDUNDANT;
-- slow: table `golden`.`u`: sets ROW_FORMAT; rebuilds the table; sets COMMENT
ALTER TABLE `u`
  ROW_FORMAT=COMPACT,
  COMMENT='c';

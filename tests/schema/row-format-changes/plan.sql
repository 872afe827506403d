-- may fail: table `golden`.`t`: stores rows as REDUNDANT: fails where one is too long for that
ALTER TABLE `t` ROW_FORMAT=REDUNDANT;
-- may fail: table `golden`.`u`: stores rows as COMPACT: fails where one is too long for that; sets COMMENT
ALTER TABLE `u`
  ROW_FORMAT=COMPACT,
  COMMENT='c';

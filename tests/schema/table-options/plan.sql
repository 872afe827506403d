-- slow: table `golden`.`t`: sets STATS_PERSISTENT back; sets STATS_AUTO_RECALC back; sets STATS_SAMPLE_PAGES back; sets ROW_FORMAT back; rebuilds the table; sets COMMENT back
ALTER TABLE `t`
  STATS_PERSISTENT=DEFAULT,
  STATS_AUTO_RECALC=DEFAULT,
  STATS_SAMPLE_PAGES=DEFAULT,
  ROW_FORMAT=DEFAULT,
  COMMENT='';
-- slow: table `golden`.`u`: sets STATS_PERSISTENT; sets ROW_FORMAT; rebuilds the table; sets COMMENT
ALTER TABLE `u`
  STATS_PERSISTENT=0,
  ROW_FORMAT=DYNAMIC,
  COMMENT='new; "x" ''y''';

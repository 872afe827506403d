-- may fail: table `golden`.`u`: stores the table in Aria: fails where a row does not fit there; sets PAGE_CHECKSUM; rebuilds the table; sets TRANSACTIONAL; rebuilds the table
ALTER TABLE `u`
  ENGINE=Aria,
  PAGE_CHECKSUM=1,
  TRANSACTIONAL=1;
-- slow: table `golden`.`t`: sets PAGE_CHECKSUM; rebuilds the table; sets TRANSACTIONAL back; rebuilds the table
ALTER TABLE `t`
  PAGE_CHECKSUM=1,
  TRANSACTIONAL=DEFAULT;

-- slow: table `golden`.`t`: sets PAGE_CHECKSUM; rebuilds the table; sets TRANSACTIONAL back; rebuilds the table
ALTER TABLE `t`
  PAGE_CHECKSUM=1,
  TRANSACTIONAL=DEFAULT;
-- slow: table `golden`.`u`: sets ENGINE; rebuilds the table; sets PAGE_CHECKSUM; rebuilds the table; sets TRANSACTIONAL; rebuilds the table
ALTER TABLE `u`
  ENGINE=Aria,
  PAGE_CHECKSUM=1,
  TRANSACTIONAL=1;

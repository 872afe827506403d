-- may fail: table `golden`.`t`: column `a`: expressions over the column are computed again and may fail; column `b`: rebuilds the table; adds column `c`
ALTER TABLE `t`
  MODIFY COLUMN `a` bigint NOT NULL,
  MODIFY COLUMN `b` bigint DEFAULT NULL,
  ADD COLUMN `c` int DEFAULT NULL;
-- slow: table `golden`.`t`: moves the rows of partition p1 into p1, p2
ALTER TABLE `t` REORGANIZE PARTITION p1 INTO (PARTITION p1 VALUES LESS THAN (20) ENGINE = InnoDB, PARTITION p2 VALUES LESS THAN MAXVALUE ENGINE = InnoDB);

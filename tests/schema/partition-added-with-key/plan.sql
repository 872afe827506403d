-- slow: table `golden`.`t`: drops key `PRIMARY`; builds key `PRIMARY`; its columns are unique already; partitions the table
ALTER TABLE `t`
  DROP PRIMARY KEY,
  ADD PRIMARY KEY (`id`,`d`)
  PARTITION BY RANGE (year(`d`))
(PARTITION p0 VALUES LESS THAN (2000) ENGINE = InnoDB,
 PARTITION p1 VALUES LESS THAN MAXVALUE ENGINE = InnoDB);

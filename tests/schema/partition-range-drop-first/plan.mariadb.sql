-- slow: table `golden`.`t`: moves the rows of partition `p0`, `p1` into `p1`
ALTER TABLE `t` REORGANIZE PARTITION `p0`, `p1` INTO (PARTITION `p1` VALUES LESS THAN (20) ENGINE = InnoDB);

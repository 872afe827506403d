-- slow: table `golden`.`t`: moves the rows of partition `p0`, `p1` into `q0`, `q1`
ALTER TABLE `t` REORGANIZE PARTITION `p0`, `p1` INTO (PARTITION `q0` VALUES LESS THAN (10) ENGINE = InnoDB, PARTITION `q1` VALUES LESS THAN (20) ENGINE = InnoDB);

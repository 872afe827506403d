-- may fail: table `golden`.`t`: moves the rows of partition `p2` into `p1`, `p2`
ALTER TABLE `t` REORGANIZE PARTITION `p2` INTO (PARTITION `p1` VALUES IN (2) ENGINE = InnoDB, PARTITION `p2` VALUES IN (3) ENGINE = InnoDB);

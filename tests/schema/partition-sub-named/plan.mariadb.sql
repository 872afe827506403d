-- may fail: table `golden`.`t`: repartitions the table; rebuilds it; fails where a row fits no partition
ALTER TABLE `t` PARTITION BY RANGE (`a`)
SUBPARTITION BY HASH (`b`)
(PARTITION `p0` VALUES LESS THAN (10)
 (SUBPARTITION `s0` ENGINE = InnoDB,
  SUBPARTITION `s1` ENGINE = InnoDB),
 PARTITION `p1` VALUES LESS THAN (15)
 (SUBPARTITION `s2` ENGINE = InnoDB,
  SUBPARTITION `s3` ENGINE = InnoDB),
 PARTITION `p2` VALUES LESS THAN (20)
 (SUBPARTITION `s4` ENGINE = InnoDB,
  SUBPARTITION `s5` ENGINE = InnoDB));

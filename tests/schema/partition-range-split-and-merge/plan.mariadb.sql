-- slow: table `golden`.`t`: repartitions the table: rebuilds it, and fails where a row fits no partition
ALTER TABLE `t` PARTITION BY RANGE (`a`)
(PARTITION `p0` VALUES LESS THAN (20) ENGINE = InnoDB,
 PARTITION `p2` VALUES LESS THAN (30) ENGINE = InnoDB,
 PARTITION `p3` VALUES LESS THAN (40) ENGINE = InnoDB,
 PARTITION `pm` VALUES LESS THAN MAXVALUE ENGINE = InnoDB);

-- slow: table `golden`.`t`: repartitions the table: rebuilds it, and fails where a row fits no partition
ALTER TABLE `t` PARTITION BY RANGE  COLUMNS(`d`)
(PARTITION `p0` VALUES LESS THAN ('2020-01-01') COMMENT = 'old' ENGINE = InnoDB,
 PARTITION `p1` VALUES LESS THAN ('2021-01-01') ENGINE = InnoDB,
 PARTITION `pm` VALUES LESS THAN (MAXVALUE) ENGINE = InnoDB);

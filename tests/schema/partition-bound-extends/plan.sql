-- may fail: table `golden`.`t`: repartitions the table; rebuilds it; fails where a row fits no partition
ALTER TABLE `t` PARTITION BY RANGE (`a`)
(PARTITION p0 VALUES LESS THAN (10) ENGINE = InnoDB,
 PARTITION p1 VALUES LESS THAN (25) ENGINE = InnoDB);

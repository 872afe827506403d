-- may fail: table `golden`.`t`: repartitions the table; rebuilds it; fails where a row fits no partition
ALTER TABLE `t` PARTITION BY LIST (`a`)
(PARTITION p0 VALUES IN (1) ENGINE = InnoDB,
 PARTITION p1 VALUES IN (3,2) ENGINE = InnoDB,
 PARTITION p2 VALUES IN (4) ENGINE = InnoDB);

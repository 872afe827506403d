-- may fail: table `golden`.`t`: repartitions the table; rebuilds it; fails where a row fits no partition
ALTER TABLE `t` PARTITION BY LIST  COLUMNS(a)
(PARTITION p0 VALUES IN ('x','y','it''s') ENGINE = InnoDB,
 PARTITION p1 VALUES IN ('z') ENGINE = InnoDB,
 PARTITION p3 VALUES IN ('w,)(') ENGINE = InnoDB);

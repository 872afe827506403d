-- safe: table `golden`.`t`: adds partitions
ALTER TABLE `t` ADD PARTITION (PARTITION p2 VALUES LESS THAN (30) ENGINE = InnoDB);

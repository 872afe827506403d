-- slow: table `golden`.`t`: repartitions the table: rebuilds it, and fails where a row fits no partition
ALTER TABLE `t` PARTITION BY KEY (a)
PARTITIONS 2;

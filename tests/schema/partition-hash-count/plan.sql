-- slow: table `golden`.`t`: repartitions the table: rebuilds it, and fails where a row fits no partition
ALTER TABLE `t` PARTITION BY HASH (`b`)
PARTITIONS 6;
-- slow: table `golden`.`u`: repartitions the table: rebuilds it, and fails where a row fits no partition
ALTER TABLE `u` PARTITION BY KEY ()
PARTITIONS 3;

-- slow: table `golden`.`t`: repartitions the table; rebuilds it
ALTER TABLE `t` PARTITION BY HASH (`b`)
PARTITIONS 6;
-- slow: table `golden`.`u`: repartitions the table; rebuilds it
ALTER TABLE `u` PARTITION BY KEY ()
PARTITIONS 3;

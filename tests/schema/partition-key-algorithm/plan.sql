-- slow: table `golden`.`t`: repartitions the table; rebuilds it
ALTER TABLE `t` PARTITION BY KEY (a)
PARTITIONS 2;

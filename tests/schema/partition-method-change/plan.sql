-- slow: table `golden`.`t`: repartitions the table; rebuilds it
ALTER TABLE `t` PARTITION BY LINEAR HASH (`a`)
PARTITIONS 3;

-- slow: table `golden`.`t`: repartitions the table: rebuilds it, and fails where a row fits no partition
ALTER TABLE `t` PARTITION BY HASH (`a`)
(PARTITION x0 ENGINE = InnoDB,
 PARTITION x1 ENGINE = InnoDB,
 PARTITION x2 COMMENT = 'third' ENGINE = InnoDB);

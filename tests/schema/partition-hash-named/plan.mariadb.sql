-- slow: table `golden`.`t`: repartitions the table; rebuilds it
ALTER TABLE `t` PARTITION BY HASH (`a`)
(PARTITION `x0` ENGINE = InnoDB,
 PARTITION `x1` ENGINE = InnoDB,
 PARTITION `x2` COMMENT = 'third' ENGINE = InnoDB);

-- slow: table `golden`.`t`: adds column `a` (the engine copies the table); sets ENGINE; rebuilds the table; removes partitioning; rebuilds the table, every row stays
ALTER TABLE `t`
  ADD COLUMN `a` int(11) DEFAULT NULL,
  ENGINE=InnoDB
  REMOVE PARTITIONING;

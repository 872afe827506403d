-- slow: table `golden`.`t`: adds column `a` (the engine copies the table); stores the table in InnoDB; copies it; removes partitioning; rebuilds the table, every row stays
ALTER TABLE `t`
  ADD COLUMN `a` int(11) DEFAULT NULL,
  ENGINE=InnoDB
  REMOVE PARTITIONING;

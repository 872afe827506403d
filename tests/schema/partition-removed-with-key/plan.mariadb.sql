-- may fail: table `golden`.`t`: drops key `PRIMARY`; builds the primary key: fails where rows are equal in it; removes partitioning; rebuilds the table, every row stays
ALTER TABLE `t`
  DROP PRIMARY KEY,
  ADD PRIMARY KEY (`id`)
  REMOVE PARTITIONING;

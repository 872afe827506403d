-- slow: table `golden`.`t`: removes partitioning; rebuilds the table, every row stays
ALTER TABLE `t` REMOVE PARTITIONING;
-- destructive: table `golden`.`t`: drops column `a` and its values; column `id`: fails where a value does not fit the new type; forgets the history of every row
ALTER TABLE `t`
  DROP COLUMN `a`,
  MODIFY COLUMN `id` int(11) NOT NULL,
  DROP SYSTEM VERSIONING;

-- slow: table `golden`.`o`: column `a`: rebuilds the table; adds column `b`
ALTER TABLE `o`
  MODIFY COLUMN `a` bigint(20) DEFAULT NULL,
  ADD COLUMN `b` int(11) DEFAULT NULL AFTER `a`;
-- destructive: table `golden`.`p`: drops column `w` and its values; column `v`: fails where the column holds NULL; repartitions the table; rebuilds it
ALTER TABLE `p`
  DROP COLUMN `w`,
  MODIFY COLUMN `v` varchar(40) NOT NULL DEFAULT ''
  PARTITION BY SYSTEM_TIME LIMIT 1000
PARTITIONS 3;
-- safe: table `golden`.`t`: column `v`: changes the definition only, widens the column in place; adds column `x`; builds key `v` beside running traffic
ALTER TABLE `t`
  MODIFY COLUMN `v` varchar(40) DEFAULT NULL,
  ADD COLUMN `x` int(11) DEFAULT NULL WITHOUT SYSTEM VERSIONING,
  ADD KEY `v` (`v`);

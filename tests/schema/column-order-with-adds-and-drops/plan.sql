-- destructive: table `golden`.`t`: drops column `c` and its values; adds column `n1`; column `e`: moves it; rebuilds the table; adds column `n2`; column `a`: moves it; rebuilds the table; column `d`: rebuilds the table; adds column `n3`
ALTER TABLE `t`
  DROP COLUMN `c`,
  ADD COLUMN `n1` int DEFAULT NULL FIRST,
  MODIFY COLUMN `e` int DEFAULT NULL AFTER `n1`,
  ADD COLUMN `n2` int DEFAULT NULL AFTER `b`,
  MODIFY COLUMN `a` int DEFAULT NULL AFTER `n2`,
  MODIFY COLUMN `d` bigint DEFAULT NULL,
  ADD COLUMN `n3` int DEFAULT NULL;

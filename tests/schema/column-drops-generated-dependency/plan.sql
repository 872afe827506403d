-- destructive: table `golden`.`t`: drops column `b` and its values; drops generated column `c`; rebuilds the table
ALTER TABLE `t`
  DROP COLUMN `b`,
  DROP COLUMN `c`;

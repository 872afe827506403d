-- destructive: table `golden`.`t`: drops check `c`; drops column `b` and its values
ALTER TABLE `t`
  DROP CONSTRAINT `c`,
  DROP COLUMN `b`;

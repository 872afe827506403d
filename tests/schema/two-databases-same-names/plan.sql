-- destructive: table `golden`.`t`: drops check `c`; adds check `c`: fails where rows violate it
ALTER TABLE `t`
  DROP CHECK `c`,
  ADD CONSTRAINT `c` CHECK ((`a` > 2));
-- slow: table `golden_two`.`t`: column `a`: rebuilds the table
ALTER TABLE `t` MODIFY COLUMN `a` bigint DEFAULT NULL;

-- may fail: table `golden`.`t`: drops check `c`; adds check `c`: fails where rows violate it
ALTER TABLE `t`
  DROP CHECK `c`,
  ADD CONSTRAINT `c` CHECK ((`a` > 2));
-- may fail: table `golden_two`.`t`: column `a`: expressions over the column are computed again and may fail
ALTER TABLE `t` MODIFY COLUMN `a` bigint DEFAULT NULL;

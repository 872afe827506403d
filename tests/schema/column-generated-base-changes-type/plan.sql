-- may fail: table `golden`.`t`: column `a`: expressions over the column are computed again and may fail; column `c`: computes every row again: fails where a value does not fit
ALTER TABLE `t`
  MODIFY COLUMN `a` bigint DEFAULT NULL,
  MODIFY COLUMN `c` bigint GENERATED ALWAYS AS ((`a` + 1)) STORED;

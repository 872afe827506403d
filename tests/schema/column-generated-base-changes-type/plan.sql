-- slow: table `golden`.`t`: column `a`: rebuilds the table; column `c`: computes every row again
ALTER TABLE `t`
  MODIFY COLUMN `a` bigint DEFAULT NULL,
  MODIFY COLUMN `c` bigint GENERATED ALWAYS AS ((`a` + 1)) STORED;

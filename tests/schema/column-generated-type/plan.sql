-- slow: table `golden`.`t`: column `g`: computes every row again; column `h`: rebuilds the table; column `i`: rebuilds the table
ALTER TABLE `t`
  MODIFY COLUMN `g` bigint GENERATED ALWAYS AS ((`v` * 2)) STORED,
  MODIFY COLUMN `h` bigint GENERATED ALWAYS AS ((`v` * 2)) VIRTUAL,
  MODIFY COLUMN `i` int GENERATED ALWAYS AS ((`v` + 2)) VIRTUAL;

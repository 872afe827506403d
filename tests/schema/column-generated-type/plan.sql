-- may fail: table `golden`.`t`: column `g`: computes every row again (fails where generated column `i` does not fit when computed again); column `h`: rebuilds the table (fails where generated column `i` does not fit when computed again); column `i`: rebuilds the table (fails where generated column `i` does not fit when computed again)
ALTER TABLE `t`
  MODIFY COLUMN `g` bigint GENERATED ALWAYS AS ((`v` * 2)) STORED,
  MODIFY COLUMN `h` bigint GENERATED ALWAYS AS ((`v` * 2)) VIRTUAL,
  MODIFY COLUMN `i` int GENERATED ALWAYS AS ((`v` + 2)) VIRTUAL;

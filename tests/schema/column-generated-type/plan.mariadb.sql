-- may fail: table `golden`.`t`: column `g`: computes every row again (fails where generated column `i` does not fit when computed again); column `h`: rebuilds the table (fails where generated column `i` does not fit when computed again); column `i`: rebuilds the table (fails where generated column `i` does not fit when computed again)
ALTER TABLE `t`
  MODIFY COLUMN `g` bigint(20) GENERATED ALWAYS AS (`v` * 2) STORED,
  MODIFY COLUMN `h` bigint(20) GENERATED ALWAYS AS (`v` * 2) VIRTUAL,
  MODIFY COLUMN `i` int(11) GENERATED ALWAYS AS (`v` + 2) VIRTUAL;

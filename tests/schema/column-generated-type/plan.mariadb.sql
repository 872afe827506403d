-- slow: table `golden`.`t`: column `g`: computes every row again; column `h`: rebuilds the table; column `i`: rebuilds the table
ALTER TABLE `t`
  MODIFY COLUMN `g` bigint(20) GENERATED ALWAYS AS (`v` * 2) STORED,
  MODIFY COLUMN `h` bigint(20) GENERATED ALWAYS AS (`v` * 2) VIRTUAL,
  MODIFY COLUMN `i` int(11) GENERATED ALWAYS AS (`v` + 2) VIRTUAL;

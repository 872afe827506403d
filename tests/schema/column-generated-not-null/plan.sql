-- may fail: table `golden`.`t`: column `h`: rebuilds the table (fails where generated column `i` does not fit when computed again); adds virtual column `i`: fails where a row's value does not fit
ALTER TABLE `t`
  MODIFY COLUMN `h` int GENERATED ALWAYS AS (`a`) STORED,
  ADD COLUMN `i` int GENERATED ALWAYS AS (`a`) VIRTUAL NOT NULL COMMENT 'x';

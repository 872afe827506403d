-- slow: table `golden`.`t`: column `h`: rebuilds the table; adds column `i`
ALTER TABLE `t`
  MODIFY COLUMN `h` int GENERATED ALWAYS AS (`a`) STORED,
  ADD COLUMN `i` int GENERATED ALWAYS AS (`a`) VIRTUAL NOT NULL COMMENT 'x';

-- may fail: table `golden`.`t`: drops key `kb`; drops generated column `b` to compute it again (fails where generated column `b` does not fit when computed again); adds stored column `b`: fails where a row's value does not fit; builds key `kb`: fails where its expression does for some row
ALTER TABLE `t`
  DROP KEY `kb`,
  DROP COLUMN `b`,
  ADD COLUMN `b` int(11) GENERATED ALWAYS AS (`a` + 1) STORED AFTER `a`,
  ADD KEY `kb` (`b`);
-- slow: table `golden`.`t`: column `b`: rebuilds the table; the computed values stay; column `c`: rebuilds the table; the computed values stay
ALTER TABLE `t`
  MODIFY COLUMN `b` int(11) DEFAULT NULL,
  MODIFY COLUMN `c` int(11) DEFAULT NULL;

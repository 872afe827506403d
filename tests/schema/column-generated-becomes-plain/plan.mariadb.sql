-- slow: table `golden`.`t`: drops key `kb`; drops generated column `b` to compute it anew; adds stored column `b`; computes every row; builds key `kb` beside running traffic
ALTER TABLE `t`
  DROP KEY `kb`,
  DROP COLUMN `b`,
  ADD COLUMN `b` int(11) GENERATED ALWAYS AS (`a` + 1) STORED AFTER `a`,
  ADD KEY `kb` (`b`);
-- slow: table `golden`.`t`: column `b`: rebuilds the table; the computed values stay; column `c`: rebuilds the table; the computed values stay
ALTER TABLE `t`
  MODIFY COLUMN `b` int(11) DEFAULT NULL,
  MODIFY COLUMN `c` int(11) DEFAULT NULL;

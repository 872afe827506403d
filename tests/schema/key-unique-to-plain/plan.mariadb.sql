-- may fail: table `golden`.`t`: drops key `k`; drops key `l`; builds unique key `l`: fails where rows are equal in it; builds key `k` beside running traffic
ALTER TABLE `t`
  DROP KEY `k`,
  DROP KEY `l`,
  ADD UNIQUE KEY `l` (`b`),
  ADD KEY `k` (`a`);

-- may fail: table `golden`.`t`: drops key `k1`; drops key `k2`; builds unique key `k3`: fails where rows are equal in it; builds key `k1` beside running traffic; builds key `k2` beside running traffic
ALTER TABLE `t`
  DROP KEY `k1`,
  DROP KEY `k2`,
  ADD UNIQUE KEY `k3` (`c`(7)),
  ADD KEY `k1` (`a`(20)),
  ADD KEY `k2` (`b`(20),`a`);

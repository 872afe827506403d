-- may fail: table `golden`.`t`: drops key `k3`; drops key `k1`; drops key `k2`; builds the primary key: fails where rows are equal in it; builds unique key `k4`: fails where rows are equal in it; builds key `k2` beside running traffic; builds key `k3` beside running traffic
ALTER TABLE `t`
  DROP KEY `k3`,
  DROP KEY `k1`,
  DROP KEY `k2`,
  ADD PRIMARY KEY (`a`),
  ADD UNIQUE KEY `k4` (`c`(5),`b`),
  ADD KEY `k2` (`b`,`a`),
  ADD KEY `k3` (`c`);

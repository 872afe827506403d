-- safe: table `golden`.`t`: drops key `k`; builds key `K` beside running traffic
ALTER TABLE `t`
  DROP KEY `k`,
  ADD KEY `K` (`a`);

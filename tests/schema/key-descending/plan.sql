-- safe: table `golden`.`t`: drops key `k`; builds key `k` beside running traffic
ALTER TABLE `t`
  DROP KEY `k`,
  ADD KEY `k` (`a` DESC,`b`);

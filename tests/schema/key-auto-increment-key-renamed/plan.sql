-- safe: table `golden`.`t`: drops key `x`; builds key `y` beside running traffic
ALTER TABLE `t`
  DROP KEY `x`,
  ADD KEY `y` (`a`);

-- safe: table `golden`.`t`: drops key `y`; drops key `z`
ALTER TABLE `t`
  DROP KEY `y`,
  DROP KEY `z`;
-- safe: table `golden`.`t`: builds key `z` beside running traffic; builds key `y` beside running traffic; builds key `w` beside running traffic
ALTER TABLE `t`
  ADD KEY `z` (`c`),
  ADD KEY `y` (`b`),
  ADD KEY `w` (`a`,`b`);

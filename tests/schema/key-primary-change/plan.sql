-- slow: table `golden`.`t`: drops key `PRIMARY`; builds key `PRIMARY`; its columns are unique already; builds key `a` beside running traffic
ALTER TABLE `t`
  DROP PRIMARY KEY,
  ADD PRIMARY KEY (`b`,`a`),
  ADD KEY `a` (`a`);

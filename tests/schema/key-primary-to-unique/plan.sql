-- slow: table `golden`.`t`: drops key `PRIMARY`; drops key `u`; builds key `PRIMARY`; its columns are unique already; builds key `u`; its columns are unique already
ALTER TABLE `t`
  DROP PRIMARY KEY,
  DROP KEY `u`,
  ADD PRIMARY KEY (`b`),
  ADD UNIQUE KEY `u` (`a`);

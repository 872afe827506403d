-- slow: table `golden`.`t`: drops key `PRIMARY`; drops key `ka`; drops key `kb`; builds key `PRIMARY`; its columns are unique already; builds key `ka` beside running traffic; builds key `kb` beside running traffic
ALTER TABLE `t`
  DROP PRIMARY KEY,
  DROP KEY `ka`,
  DROP KEY `kb`,
  ADD PRIMARY KEY (`a`,`b`) COMMENT 'pk',
  ADD KEY `ka` (`a`) COMMENT 'two',
  ADD KEY `kb` (`b`) USING BTREE;

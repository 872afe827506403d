-- slow: table `golden`.`t`: drops key `k`; builds key `k`: writes wait; builds key `l`: writes wait
ALTER TABLE `t`
  DROP KEY `k`,
  ADD KEY `k` (((`a` + 2))),
  ADD KEY `l` ((lower(`b`)),`a` DESC);

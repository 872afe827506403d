-- may fail: table `golden`.`t`: drops key `k`; builds key `k`: fails where its expression does for some row; builds key `l`: fails where its expression does for some row
ALTER TABLE `t`
  DROP KEY `k`,
  ADD KEY `k` (((`a` + 2))),
  ADD KEY `l` ((lower(`b`)),`a` DESC);

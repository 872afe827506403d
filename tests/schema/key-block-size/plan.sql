-- safe: table `golden`.`t`: drops key `k`; builds key `k` beside running traffic; builds key `l` beside running traffic
ALTER TABLE `t`
  DROP KEY `k`,
  ADD KEY `k` (`a`),
  ADD KEY `l` (`b`) KEY_BLOCK_SIZE=1024;

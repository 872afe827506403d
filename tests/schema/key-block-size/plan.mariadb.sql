-- slow: table `golden`.`t`: drops key `k` (the engine copies the table); builds key `k` beside running traffic (the engine copies the table); builds key `l` beside running traffic (the engine copies the table)
ALTER TABLE `t`
  DROP KEY `k`,
  ADD KEY `k` (`a`),
  ADD KEY `l` (`b`) KEY_BLOCK_SIZE=1024;

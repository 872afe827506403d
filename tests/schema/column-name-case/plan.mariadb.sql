-- slow: table `golden`.`t`: drops key `k`; column `ABC`: changes the definition only; column `def`: rebuilds the table; builds key `k` beside running traffic
ALTER TABLE `t`
  DROP KEY `k`,
  CHANGE COLUMN `abc` `ABC` int(11) DEFAULT NULL,
  CHANGE COLUMN `Def` `def` bigint(20) DEFAULT NULL,
  ADD KEY `k` (`ABC`);

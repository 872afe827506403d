-- slow: table `golden`.`t`: drops key `k`; column `ABC`: changes the definition only; column `def`: rebuilds the table; builds key `k` beside running traffic
ALTER TABLE `t`
  DROP KEY `k`,
  CHANGE COLUMN `abc` `ABC` int DEFAULT NULL,
  CHANGE COLUMN `Def` `def` bigint DEFAULT NULL,
  ADD KEY `k` (`ABC`);

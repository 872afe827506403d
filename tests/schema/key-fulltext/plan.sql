-- slow: table `golden`.`t`: drops key `fa`; builds key `fa`: writes wait
ALTER TABLE `t`
  DROP KEY `fa`,
  ADD FULLTEXT KEY `fa` (`a`,`b`);
-- slow: table `golden`.`t`: builds key `fb`: writes wait
ALTER TABLE `t` ADD FULLTEXT KEY `fb` (`b`);
-- slow: table `golden`.`t`: builds key `fc`: writes wait
ALTER TABLE `t` ADD FULLTEXT KEY `fc` (`c`);

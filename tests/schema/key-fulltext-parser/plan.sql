-- safe: table `golden`.`t`: drops key `fa`; drops key `fb`
ALTER TABLE `t`
  DROP KEY `fa`,
  DROP KEY `fb`;
-- slow: table `golden`.`t`: builds key `fa`: writes wait
ALTER TABLE `t` ADD FULLTEXT KEY `fa` (`a`) WITH PARSER `ngram`;
-- slow: table `golden`.`t`: builds key `fb`: writes wait
ALTER TABLE `t` ADD FULLTEXT KEY `fb` (`b`);

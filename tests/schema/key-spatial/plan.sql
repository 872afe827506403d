-- slow: table `golden`.`t`: drops key `sg`; builds key `sp`: writes wait
ALTER TABLE `t`
  DROP KEY `sg`,
  ADD SPATIAL KEY `sp` (`p`);

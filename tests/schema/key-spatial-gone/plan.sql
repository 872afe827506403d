-- destructive: table `golden`.`t`: drops key `p`; column `p`: values that do not fit the new type become others; builds key `p` beside running traffic
ALTER TABLE `t`
  DROP KEY `p`,
  MODIFY COLUMN `p` varbinary(100) DEFAULT NULL,
  ADD KEY `p` (`p`);

-- slow: table `golden`.`t`: drops key `PRIMARY`; column `id`: changes the definition only
ALTER TABLE `t`
  DROP PRIMARY KEY,
  MODIFY COLUMN `id` int(11) NOT NULL;

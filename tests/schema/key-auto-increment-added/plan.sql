-- may fail: table `golden`.`t`: adds column `id` and numbers every row; builds the primary key: fails where rows are equal in it
ALTER TABLE `t`
  ADD COLUMN `id` int NOT NULL AUTO_INCREMENT FIRST,
  ADD PRIMARY KEY (`id`);

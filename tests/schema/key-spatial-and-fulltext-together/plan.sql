-- slow: table `golden`.`t`: adds column `y`; builds key `sg`: writes wait; builds key `px` beside running traffic; builds key `fx`: writes wait
ALTER TABLE `t`
  ADD COLUMN `y` text,
  ADD SPATIAL KEY `sg` (`g`),
  ADD KEY `px` (`x`(5)),
  ADD FULLTEXT KEY `fx` (`x`);
-- slow: table `golden`.`t`: builds key `fy`: writes wait
ALTER TABLE `t` ADD FULLTEXT KEY `fy` (`y`);

-- slow: table `golden`.`t`: column `g`: changes how the column is stored; builds key `sg`: writes wait
ALTER TABLE `t`
  MODIFY COLUMN `g` geometry NOT NULL SRID 4326,
  ADD SPATIAL KEY `sg` (`g`);

-- may fail: table `golden`.`t`: column `g`: fails where a value has another spatial reference system; builds key `sg`: writes wait
ALTER TABLE `t`
  MODIFY COLUMN `g` geometry NOT NULL SRID 4326,
  ADD SPATIAL KEY `sg` (`g`);

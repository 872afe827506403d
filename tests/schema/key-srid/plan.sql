-- may fail: table `golden`.`t`: column `g`: fails where a value has another spatial reference system
ALTER TABLE `t` MODIFY COLUMN `g` geometry NOT NULL SRID 4326;
-- slow: table `golden`.`t`: builds key `sg`: writes wait
ALTER TABLE `t` ADD SPATIAL KEY `sg` (`g`);

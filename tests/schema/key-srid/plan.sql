-- slow: table `golden`.`t`: column `g`: changes how the column is stored
ALTER TABLE `t` MODIFY COLUMN `g` geometry NOT NULL SRID 4326;
-- slow: table `golden`.`t`: builds key `sg`: writes wait
ALTER TABLE `t` ADD SPATIAL KEY `sg` (`g`);

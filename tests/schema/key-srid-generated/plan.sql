-- safe: table `golden`.`t`: drops key `p`
ALTER TABLE `t` DROP KEY `p`;
-- slow: table `golden`.`t`: column `p`: changes how the column is stored
ALTER TABLE `t` MODIFY COLUMN `p` point NOT NULL SRID 4326;
-- slow: table `golden`.`t`: builds key `p`: writes wait
ALTER TABLE `t` ADD SPATIAL KEY `p` (`p`);

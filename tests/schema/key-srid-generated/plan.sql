-- safe: table `golden`.`t`: drops key `p`
ALTER TABLE `t` DROP KEY `p`;
-- may fail: table `golden`.`t`: column `p`: fails where a value has another spatial reference system
ALTER TABLE `t` MODIFY COLUMN `p` point NOT NULL SRID 4326;
-- may fail: table `golden`.`t`: builds key `p`: writes wait (fails where generated column `x` does not fit when computed again)
ALTER TABLE `t` ADD SPATIAL KEY `p` (`p`);

-- safe: table `golden`.`g`: drops key `sp`
ALTER TABLE `g` DROP KEY `sp`;
-- may fail: table `golden`.`g`: column `p`: fails where a value has another spatial reference system
ALTER TABLE `g` MODIFY COLUMN `p` point NOT NULL SRID 4326;
-- slow: table `golden`.`g`: builds key `sp`: writes wait
ALTER TABLE `g` ADD SPATIAL KEY `sp` (`p`);
-- safe: table `golden`.`h`: drops key `old`; drops key `q`
ALTER TABLE `h`
  DROP KEY `old`,
  DROP KEY `q`;
-- may fail: table `golden`.`h`: column `p`: fails where a value has another spatial reference system; column `q`: changes how the column is stored
ALTER TABLE `h`
  MODIFY COLUMN `p` point NOT NULL SRID 4326,
  MODIFY COLUMN `q` point NOT NULL;
-- slow: table `golden`.`h`: builds key `new`: writes wait
ALTER TABLE `h` ADD SPATIAL KEY `new` (`p`);
-- slow: table `golden`.`h`: builds key `q`: writes wait
ALTER TABLE `h` ADD SPATIAL KEY `q` (`q`);
-- safe: table `golden`.`i`: drops key `sp`
ALTER TABLE `i` DROP KEY `sp`;
-- may fail: table `golden`.`i`: column `p`: fails where a value has another spatial reference system
ALTER TABLE `i` MODIFY COLUMN `p` point NOT NULL SRID 0;

-- safe: table `golden`.`g`: drops key `sp`
ALTER TABLE `g` DROP KEY `sp`;
-- slow: table `golden`.`g`: column `p`: changes how the column is stored
ALTER TABLE `g` MODIFY COLUMN `p` point NOT NULL SRID 4326;
-- slow: table `golden`.`g`: builds key `sp`: writes wait
ALTER TABLE `g` ADD SPATIAL KEY `sp` (`p`);
-- safe: table `golden`.`h`: drops key `old`; drops key `q`
ALTER TABLE `h`
  DROP KEY `old`,
  DROP KEY `q`;
-- slow: table `golden`.`h`: column `p`: changes how the column is stored; column `q`: changes how the column is stored
ALTER TABLE `h`
  MODIFY COLUMN `p` point NOT NULL SRID 4326,
  MODIFY COLUMN `q` point NOT NULL;
-- slow: table `golden`.`h`: builds key `new`: writes wait
ALTER TABLE `h` ADD SPATIAL KEY `new` (`p`);
-- slow: table `golden`.`h`: builds key `q`: writes wait
ALTER TABLE `h` ADD SPATIAL KEY `q` (`q`);
-- safe: table `golden`.`i`: drops key `sp`
ALTER TABLE `i` DROP KEY `sp`;
-- slow: table `golden`.`i`: column `p`: changes how the column is stored
ALTER TABLE `i` MODIFY COLUMN `p` point NOT NULL SRID 0;

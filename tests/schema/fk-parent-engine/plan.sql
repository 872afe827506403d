-- safe: table `golden`.`c`: drops foreign key `fk`
ALTER TABLE `c` DROP FOREIGN KEY `fk`;
-- slow: table `golden`.`p`: sets ENGINE; rebuilds the table
ALTER TABLE `p` ENGINE=MyISAM;

-- safe: table `golden`.`c`: drops foreign key `fk`
ALTER TABLE `c` DROP FOREIGN KEY `fk`;
-- may fail: table `golden`.`p`: stores the table in MyISAM: fails where a row does not fit there
ALTER TABLE `p` ENGINE=MyISAM;

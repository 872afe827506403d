-- destructive: table `golden`.`p`: column `id`: numbers rows that hold 0 or NULL; column `no`: changes the definition only
ALTER TABLE `p`
  MODIFY COLUMN `id` int(11) NOT NULL AUTO_INCREMENT,
  MODIFY COLUMN `no` int(11) NOT NULL;

-- destructive: table `golden`.`t`: drops the table and every row in it
DROP TABLE `t`;

-- slow: table `golden`.`t`: column `e`: moves it; rebuilds the table; column `b`: moves it; rebuilds the table
ALTER TABLE `t`
  MODIFY COLUMN `e` int(11) DEFAULT NULL FIRST,
  MODIFY COLUMN `b` int(11) DEFAULT NULL AFTER `c`;

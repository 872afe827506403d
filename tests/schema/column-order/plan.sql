-- slow: table `golden`.`t`: column `e`: moves it; rebuilds the table; column `b`: moves it; rebuilds the table
ALTER TABLE `t`
  MODIFY COLUMN `e` int DEFAULT NULL FIRST,
  MODIFY COLUMN `b` int DEFAULT NULL AFTER `c`;

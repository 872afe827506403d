-- slow: table `golden`.`t`: column `a`: changes how the column is stored; column `b`: changes how the column is stored
ALTER TABLE `t`
  MODIFY COLUMN `a` int DEFAULT NULL,
  MODIFY COLUMN `b` int COLUMN_FORMAT DYNAMIC DEFAULT NULL;

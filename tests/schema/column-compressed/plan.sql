-- slow: table `golden`.`t`: column `a`: changes how the column is stored; column `b`: changes how the column is stored
ALTER TABLE `t`
  MODIFY COLUMN `a` text DEFAULT NULL,
  MODIFY COLUMN `b` text COMPRESSED DEFAULT NULL;

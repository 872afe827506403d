-- safe: function `golden`.`return`: creates the function
-- under utf8mb4, utf8mb4_general_ci
CREATE FUNCTION `return`(`in` INT) RETURNS int(11)
    DETERMINISTIC
RETURN `in`;
-- safe: table `golden`.`view`: creates the table
CREATE TABLE `view` (
  `select` bigint(20) NOT NULL,
  PRIMARY KEY (`select`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
-- destructive: table `golden`.`table`: drops key `index`; drops column `order` and its values; column `key`: expressions over the column are computed again and may fail; adds column `group`; builds key `primary key` beside running traffic; adds check `check`: fails where rows violate it
ALTER TABLE `table`
  DROP KEY `index`,
  DROP COLUMN `order`,
  MODIFY COLUMN `key` bigint(20) NOT NULL,
  ADD COLUMN `group` varchar(9) DEFAULT NULL,
  ADD KEY `primary key` (`group`),
  ADD CONSTRAINT `check` CHECK (`key` > 0);
-- may fail: table `golden`.`table`: adds foreign key `foreign`: fails where rows have no parent
ALTER TABLE `table` ADD CONSTRAINT `foreign` FOREIGN KEY (`key`) REFERENCES `view` (`select`);
-- safe: view `golden`.`union`: creates the view
-- under utf8mb4, utf8mb4_general_ci
CREATE OR REPLACE ALGORITHM=UNDEFINED SQL SECURITY DEFINER VIEW `union` AS select `table`.`key` AS `from`,`table`.`group` AS `where` from `table`;

CREATE TABLE `table` (`key` INT PRIMARY KEY, `order` INT, KEY `index` (`order`));

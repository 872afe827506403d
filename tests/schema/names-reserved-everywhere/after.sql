CREATE TABLE `table` (`key` BIGINT PRIMARY KEY, `group` VARCHAR(9), KEY `primary key` (`group`), CONSTRAINT `check` CHECK (`key` > 0), CONSTRAINT `foreign` FOREIGN KEY (`key`) REFERENCES `view` (`select`));
CREATE TABLE `view` (`select` BIGINT PRIMARY KEY);
CREATE VIEW `union` AS SELECT `key` AS `from`, `group` AS `where` FROM `table`;
CREATE FUNCTION `return`(`in` INT) RETURNS INT DETERMINISTIC RETURN `in`;

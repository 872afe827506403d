CREATE TABLE `select` (`a``b` BIGINT, `from` INT, `größe €` INT COMMENT '€', `x y` INT, KEY `key` (`a``b`), KEY `k``2` (`from`), CONSTRAINT `c``c` CHECK (`from` > 1));
CREATE TABLE `t.dot` (`.` INT, `;` INT);
CREATE VIEW `v``1` AS SELECT `a``b` AS `q``q` FROM `select`;
CREATE PROCEDURE `p``1`() SELECT 1;

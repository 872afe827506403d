-- Names with spaces, quotes, backticks, dots, placeholders and reserved words.

SET NAMES utf8mb4;

CREATE TABLE `group` (
  `select` INT NOT NULL,
  `a b` INT NULL,
  `a``b` INT NULL,
  `a'b` INT NULL,
  `a"b` INT NULL,
  `a.b` INT NULL,
  `a?b` INT NULL,
  `:name` INT NULL,
  `%s` INT NULL,
  `{0}` INT NULL,
  `a\b` INT NULL,
  `☕é日` INT NULL,
  `1` INT NULL,
  `--` INT NULL,
  PRIMARY KEY (`select`)
);

INSERT INTO `group` VALUES (1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), (3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1);

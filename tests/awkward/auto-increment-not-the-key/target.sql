-- An AUTO_INCREMENT column that is not the primary key, with a 0.

SET NAMES utf8mb4;
SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO';

CREATE TABLE t (
  k VARCHAR(5) NOT NULL PRIMARY KEY,
  n BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  UNIQUE KEY (n)
);

INSERT INTO t VALUES ('a', 3), ('b', 1);

-- Rows with 0 and below in an AUTO_INCREMENT column.

SET NAMES utf8mb4;
SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO';

CREATE TABLE t (
  id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  v INT NULL
);

INSERT INTO t VALUES (0, 1), (-5, 2), (1, 3);

-- A row gives its unique value to a new row.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  u INT NOT NULL,
  v INT NULL,
  UNIQUE KEY (u)
);

INSERT INTO t VALUES (1, 99, 1), (2, 10, 2);

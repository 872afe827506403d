-- Two rows exchange their unique values.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  u INT NOT NULL,
  v INT NULL,
  UNIQUE KEY (u)
);

INSERT INTO t VALUES (1, 10, 1), (2, 20, 2), (3, 30, 3);

-- The same columns in another order on each side.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  a VARCHAR(10) NULL,
  b VARCHAR(10) NULL,
  c INT NULL
);

INSERT INTO t (id, a, b, c) VALUES (1, 'a', 'b', 1), (2, 'x', 'y', 2);

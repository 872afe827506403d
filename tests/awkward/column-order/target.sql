-- The same columns in another order on each side.

SET NAMES utf8mb4;

CREATE TABLE t (
  c INT NULL,
  b VARCHAR(10) NULL,
  a VARCHAR(10) NULL,
  id INT NOT NULL PRIMARY KEY
);

INSERT INTO t (id, a, b, c) VALUES (1, 'b', 'a', 1), (3, 'x', 'y', 3);

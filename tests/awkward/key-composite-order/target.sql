-- The key names its columns in another order than the table, one of them descending.

SET NAMES utf8mb4;

CREATE TABLE t (
  v INT NULL,
  b INT NOT NULL,
  a VARCHAR(10) NOT NULL,
  PRIMARY KEY (a, b DESC)
);

INSERT INTO t (v, b, a) VALUES (9, 1, '2'), (2, 2, '1'), (4, 2, '2');

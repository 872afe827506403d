-- No primary key; a unique key without NULL serves.

SET NAMES utf8mb4;

CREATE TABLE t (
  a INT NOT NULL,
  b VARCHAR(10) NOT NULL,
  v INT NULL,
  UNIQUE KEY (a, b)
);

INSERT INTO t VALUES (1, 'x', 9), (2, 'x', 3), (2, 'y', 4);

-- A FLOAT as key.

SET NAMES utf8mb4;

CREATE TABLE t (
  k FLOAT NOT NULL,
  v INT NULL,
  PRIMARY KEY (k)
);

INSERT INTO t (k, v) VALUES
  (0.1, 1),
  (16777216, 2),
  (-1e30, 3),
  (1.0000001, 4);

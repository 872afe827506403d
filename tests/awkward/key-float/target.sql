-- A FLOAT as key.

SET NAMES utf8mb4;

CREATE TABLE t (
  k FLOAT NOT NULL,
  v INT NULL,
  PRIMARY KEY (k)
);

INSERT INTO t (k, v) VALUES
  (0.1, 9),
  (16777218, 2),
  (1, 4);

-- A DOUBLE as key, with neighbours.

SET NAMES utf8mb4;

CREATE TABLE t (
  k DOUBLE NOT NULL,
  v INT NULL,
  PRIMARY KEY (k)
);

INSERT INTO t (k, v) VALUES
  (0.3e0, 2),
  (0.1e0, 9),
  (0e0, 3);

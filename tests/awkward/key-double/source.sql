-- A DOUBLE as key, with neighbours.

SET NAMES utf8mb4;

CREATE TABLE t (
  k DOUBLE NOT NULL,
  v INT NULL,
  PRIMARY KEY (k)
);

INSERT INTO t (k, v) VALUES
  (0.1e0, 1),
  (0.1e0 + 0.2e0, 2),
  (5e-324, 3),
  (-1.7976931348623157e308, 4);

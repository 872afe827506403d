-- A YEAR as key.

SET NAMES utf8mb4;
SET sql_mode = '';

CREATE TABLE t (
  k YEAR NOT NULL,
  v INT NULL,
  PRIMARY KEY (k)
);

INSERT INTO t (k, v) VALUES
  (1901, 5),
  (2155, 3),
  (2026, 4);

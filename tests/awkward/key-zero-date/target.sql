-- A zero date as key.

SET NAMES utf8mb4;
SET sql_mode = '';

CREATE TABLE t (
  k DATE NOT NULL,
  v INT NULL,
  PRIMARY KEY (k)
);

INSERT INTO t (k, v) VALUES
  ('0000-00-00', 9),
  ('2026-01-00', 4),
  ('2026-01-01', 3);

-- A SET as key.

SET NAMES utf8mb4;

CREATE TABLE t (
  k SET('a','b','c') NOT NULL,
  v INT NULL,
  PRIMARY KEY (k)
);

INSERT INTO t (k, v) VALUES
  ('', 1),
  ('a', 2),
  ('a,b', 3),
  ('c', 4);

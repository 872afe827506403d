-- A SET as key.

SET NAMES utf8mb4;

CREATE TABLE t (
  k SET('a','b','c') NOT NULL,
  v INT NULL,
  PRIMARY KEY (k)
);

INSERT INTO t (k, v) VALUES
  ('', 5),
  ('b', 6),
  ('a,b', 3),
  ('a,c', 7);

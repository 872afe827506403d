-- An ENUM as key is ordered by index, not by text.

SET NAMES utf8mb4;

CREATE TABLE t (
  k ENUM('z','a','m','B') NOT NULL,
  v INT NULL,
  PRIMARY KEY (k)
);

INSERT INTO t (k, v) VALUES
  ('m', 4),
  ('z', 2),
  ('a', 9);

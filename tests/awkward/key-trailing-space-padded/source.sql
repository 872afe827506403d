-- A key that differs by a space at the end, under a collation that pads.

SET NAMES utf8mb4;

CREATE TABLE t (
  k VARCHAR(20) NOT NULL,
  v INT NULL,
  PRIMARY KEY (k)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

INSERT INTO t (k, v) VALUES
  ('a', 1),
  ('b ', 2),
  ('c', 3);

-- A key that differs by case only, under a collation that ignores case.

SET NAMES utf8mb4;

CREATE TABLE t (
  k VARCHAR(20) NOT NULL,
  v INT NULL,
  PRIMARY KEY (k)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

INSERT INTO t (k, v) VALUES
  ('abc', 1),
  ('DEF', 2),
  ('ghi', 3);

-- Keys that differ by characters without weight.

SET NAMES utf8mb4;

CREATE TABLE t (
  k VARCHAR(20) NOT NULL,
  v INT NULL,
  PRIMARY KEY (k)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

INSERT INTO t (k, v) VALUES
  ('a­b', 1),
  ('c​d', 2);

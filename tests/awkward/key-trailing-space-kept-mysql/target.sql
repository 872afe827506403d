-- Keys that differ by a space at the end, under a collation that does not pad.

SET NAMES utf8mb4;

CREATE TABLE t (
  k VARCHAR(20) NOT NULL,
  v INT NULL,
  PRIMARY KEY (k)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

INSERT INTO t (k, v) VALUES
  ('a ', 1),
  ('a', 2),
  ('b  ', 4);

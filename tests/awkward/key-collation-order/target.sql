-- Keys whose order by collation is not their order by bytes.

SET NAMES utf8mb4;

CREATE TABLE t (
  k VARCHAR(20) NOT NULL,
  v INT NULL,
  PRIMARY KEY (k)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_swedish_ci;

INSERT INTO t (k, v) VALUES
  ('A', 5),
  ('b', 6),
  ('D', 7),
  ('_', 8),
  ('z', 9),
  ('ä', 10),
  ('ø', 11),
  ('10', 12),
  ('9', 13),
  ('2', 14),
  ('💴', 15);

-- Keys whose order by collation is not their order by bytes.

SET NAMES utf8mb4;

CREATE TABLE t (
  k VARCHAR(20) NOT NULL,
  v INT NULL,
  PRIMARY KEY (k)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_swedish_ci;

INSERT INTO t (k, v) VALUES
  ('a', 0),
  ('B', 1),
  ('c', 2),
  ('_', 3),
  ('Z', 4),
  ('å', 5),
  ('ä', 6),
  ('ö', 7),
  ('þ', 8),
  ('ß', 9),
  ('ſ', 10),
  ('1', 11),
  ('10', 12),
  ('9', 13),
  ('-', 14),
  ('💳', 15);

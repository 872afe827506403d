-- Under an old collation all emoji are equal: one row replaces another.

SET NAMES utf8mb4;

CREATE TABLE t (
  k VARCHAR(20) NOT NULL,
  v INT NULL,
  PRIMARY KEY (k)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

INSERT INTO t (k, v) VALUES
  ('💴', 1),
  ('x', 3);

-- Unique values that differ by case only, under a collation that ignores it, change by case.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  u VARCHAR(10) NOT NULL,
  UNIQUE KEY (u)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

INSERT INTO t VALUES (1, 'B'), (2, 'A'), (3, 'Ç');

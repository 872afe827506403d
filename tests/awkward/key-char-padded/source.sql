-- CHAR keys lose their spaces.

SET NAMES utf8mb4;

CREATE TABLE t (
  k CHAR(10) NOT NULL,
  v INT NULL,
  PRIMARY KEY (k)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

INSERT INTO t (k, v) VALUES
  ('a', 1),
  ('B', 2),
  ('', 3);

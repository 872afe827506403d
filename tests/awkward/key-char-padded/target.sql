-- CHAR keys lose their spaces.

SET NAMES utf8mb4;

CREATE TABLE t (
  k CHAR(10) NOT NULL,
  v INT NULL,
  PRIMARY KEY (k)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

INSERT INTO t (k, v) VALUES
  ('A', 1),
  ('b', 9),
  ('c', 4);

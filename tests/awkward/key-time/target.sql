-- A negative and a long TIME as key.

SET NAMES utf8mb4;

CREATE TABLE t (
  k TIME(3) NOT NULL,
  v INT NULL,
  PRIMARY KEY (k)
);

INSERT INTO t (k, v) VALUES
  ('00:00:00.001', 2),
  ('-838:59:59', 4),
  ('838:59:59', 5);

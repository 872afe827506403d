-- A negative and a long TIME as key.

SET NAMES utf8mb4;

CREATE TABLE t (
  k TIME(3) NOT NULL,
  v INT NULL,
  PRIMARY KEY (k)
);

INSERT INTO t (k, v) VALUES
  ('-838:59:59', 1),
  ('-00:00:00.001', 2),
  ('25:00:00', 3);

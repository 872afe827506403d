-- A key of five columns of different kinds.

SET NAMES utf8mb4;

CREATE TABLE t (
  a VARCHAR(10) NOT NULL,
  b INT NOT NULL,
  c DATE NOT NULL,
  d VARBINARY(4) NOT NULL,
  e DECIMAL(5,2) NOT NULL,
  v TEXT NULL,
  PRIMARY KEY (a, b, c, d, e)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

INSERT INTO t VALUES ('a', 1, '2026-01-01', X'00', 1.00, 'x'), ('a', 11, '2026-01-01', X'00', 1.00, 'x'), ('a1', 1, '2026-01-01', X'', 1.00, 'x'), ('', -1, '2026-01-01', X'6100', -0.01, NULL);

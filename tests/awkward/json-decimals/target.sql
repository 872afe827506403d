-- Decimals inside JSON are not doubles.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  v JSON NULL
);

INSERT INTO t (id, v) VALUES
  (1, '1.10'),
  (2, '12345678901234567890.123'),
  (3, '{"a": 1.0}');

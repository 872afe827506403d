-- DOUBLE values that differ in the last bit, denormals included.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  v DOUBLE NULL
);

INSERT INTO t (id, v) VALUES
  (1, 1.7976931348623157e308),
  (2, -1.7976931348623157e308),
  (3, 2.2250738585072014e-308),
  (4, 5e-324),
  (5, 0.1e0 + 0.2e0),
  (6, 9007199254740993),
  (7, 1e-300),
  (8, 123456789.12345679e0),
  (9, NULL);

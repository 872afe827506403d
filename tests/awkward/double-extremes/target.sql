-- DOUBLE values that differ in the last bit, denormals included.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  v DOUBLE NULL
);

INSERT INTO t (id, v) VALUES
  (1, 1.7976931348623155e308),
  (2, 1.7976931348623157e308),
  (3, 2.225073858507201e-308),
  (4, 0),
  (5, 0.3),
  (6, 9007199254740994),
  (7, -1e-300),
  (8, 123456789.12345678e0),
  (9, 0);

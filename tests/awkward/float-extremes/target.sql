-- FLOAT values of which text shows six digits.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  v FLOAT NULL
);

INSERT INTO t (id, v) VALUES
  (1, 3.4028232e38),
  (2, 3.402823466e38),
  (3, 1.1754942e-38),
  (4, 0),
  (5, 16777216),
  (6, 0.10000001),
  (7, 1),
  (8, 1.0000001),
  (9, 123456784),
  (10, 0);

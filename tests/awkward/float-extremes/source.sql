-- FLOAT values of which text shows six digits.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  v FLOAT NULL
);

INSERT INTO t (id, v) VALUES
  (1, 3.402823466e38),
  (2, -3.402823466e38),
  (3, 1.175494351e-38),
  (4, 1.4e-45),
  (5, 16777217),
  (6, 0.1),
  (7, 1.0000001),
  (8, 1.0000002),
  (9, 123456792),
  (10, NULL);

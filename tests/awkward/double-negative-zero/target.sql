-- Minus zero is another value than zero, though both compare equal in SQL.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  v DOUBLE NULL
);

INSERT INTO t (id, v) VALUES
  (1, 0e0),
  (2, -0e0),
  (3, -0e0),
  (4, 1e0);

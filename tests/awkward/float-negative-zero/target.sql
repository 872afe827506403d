-- The same for FLOAT.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  v FLOAT NULL
);

INSERT INTO t (id, v) VALUES
  (1, 0e0),
  (2, -0e0),
  (3, -0e0);

-- The least and the greatest YEAR, and 0000.

SET NAMES utf8mb4;
SET sql_mode = '';

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  v YEAR NULL
);

INSERT INTO t (id, v) VALUES
  (1, 1901),
  (2, '0000'),
  (3, 1970),
  (4, 2000),
  (5, 2026);

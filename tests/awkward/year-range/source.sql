-- The least and the greatest YEAR, and 0000.

SET NAMES utf8mb4;
SET sql_mode = '';

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  v YEAR NULL
);

INSERT INTO t (id, v) VALUES
  (1, '0000'),
  (2, 1901),
  (3, 2155),
  (4, NULL),
  (5, 2026);

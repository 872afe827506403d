-- Rows that look the same when columns are joined, with or without a separator.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  a VARCHAR(20) NULL,
  b VARCHAR(20) NULL,
  c VARCHAR(20) NULL
);

INSERT INTO t VALUES (1, 'ab', 'c', ''), (2, 'x#y', 'z', ''), (3, NULL, 'n', 'm'), (4, 'p', NULL, 'q'), (5, '0', '', '1'), (6, 'a,b', 'c', 'd');

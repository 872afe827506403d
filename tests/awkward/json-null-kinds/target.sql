-- The SQL NULL, the JSON null, and strings that look like them.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  v JSON NULL
);

INSERT INTO t (id, v) VALUES
  (1, 'null'),
  (2, NULL),
  (3, 'null'),
  (4, '"null"'),
  (5, '[]'),
  (6, '{}'),
  (7, '0'),
  (8, 'false');

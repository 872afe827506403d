-- The SQL NULL, the JSON null, and strings that look like them.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  v JSON NULL
);

INSERT INTO t (id, v) VALUES
  (1, NULL),
  (2, 'null'),
  (3, '"null"'),
  (4, '""'),
  (5, '{}'),
  (6, '[]'),
  (7, 'false'),
  (8, '0');

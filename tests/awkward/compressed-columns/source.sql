-- Columns that the server keeps compressed.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  b BLOB COMPRESSED NULL,
  x TEXT COMPRESSED NULL
);

INSERT INTO t VALUES (1, REPEAT(X'00', 5000), REPEAT('a', 5000)), (2, '', NULL);

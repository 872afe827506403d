-- Two rows exchange all values but their keys: digests that are combined by a sum of columns do not see it.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  a INT NOT NULL,
  b VARCHAR(10) NOT NULL
);

INSERT INTO t VALUES (1, 2, 'two'), (2, 1, 'one'), (3, 3, 'three');

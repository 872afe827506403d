-- Two rows exchange the members of a multi-valued unique key.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  j JSON NULL,
  UNIQUE KEY ((CAST(j AS UNSIGNED ARRAY)))
);

INSERT INTO t VALUES (1, '[3, 4]'), (2, '[1, 2]');

-- An exchange in one column of a unique key of three, one of which may be NULL.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  a INT NOT NULL,
  b INT NULL,
  c VARCHAR(5) NOT NULL,
  UNIQUE KEY (a, b, c)
);

INSERT INTO t VALUES (1, 1, 1, 'x'), (2, 1, 2, 'x'), (3, 1, 3, 'x'), (4, 1, NULL, 'x');

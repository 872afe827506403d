-- The only unique key may be NULL: rows cannot be told apart.

SET NAMES utf8mb4;

CREATE TABLE t (
  a INT NULL,
  v INT NULL,
  UNIQUE KEY (a)
);

INSERT INTO t VALUES (1, 2), (NULL, 2);

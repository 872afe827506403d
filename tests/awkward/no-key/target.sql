-- No key at all.

SET NAMES utf8mb4;

CREATE TABLE t (
  a INT NULL,
  b VARCHAR(10) NULL
);

INSERT INTO t VALUES (1, 'x'), (2, 'y');

-- A table that has no column beside its key.

SET NAMES utf8mb4;

CREATE TABLE t (
  a INT NOT NULL,
  b VARCHAR(10) NOT NULL,
  PRIMARY KEY (a, b)
);

INSERT INTO t VALUES (1, 'x'), (2, 'y');

-- A key that is not unique.

SET NAMES utf8mb4;

CREATE TABLE t (
  a INT NOT NULL,
  b VARCHAR(10) NULL,
  KEY (a)
);

INSERT INTO t VALUES (1, 'x'), (1, 'y');

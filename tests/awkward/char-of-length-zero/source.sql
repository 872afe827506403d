-- CHAR(0) and BINARY(0) hold nothing but empty or NULL.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  a CHAR(0) NULL,
  b BINARY(0) NULL
);

INSERT INTO t VALUES (1, '', NULL), (2, NULL, ''), (3, '', '');

-- Empty and NULL in every type that has both.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  a VARCHAR(10) NULL,
  b CHAR(10) NULL,
  c VARBINARY(10) NULL,
  d TEXT NULL,
  e BLOB NULL,
  f SET('x') NULL,
  g ENUM('','y') NULL
);

INSERT INTO t VALUES (1, '', '', '', '', '', '', ''), (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL), (3, 'NULL', 'NULL', 'NULL', 'NULL', 'NULL', 'x', 'y');

-- The only unique key covers the beginning of a column.

SET NAMES utf8mb4;

CREATE TABLE t (
  a VARCHAR(100) NOT NULL,
  v INT NULL,
  UNIQUE KEY (a(5))
);

INSERT INTO t VALUES ('abcdefgh', 1), ('xyz', 2);

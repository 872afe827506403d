-- The only unique key is functional.

SET NAMES utf8mb4;

CREATE TABLE t (
  a VARCHAR(10) NOT NULL,
  v INT NULL,
  UNIQUE KEY ((LOWER(a)))
);

INSERT INTO t VALUES ('A', 1);

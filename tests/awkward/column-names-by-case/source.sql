-- Names that mix upper and lower case, and a key by another case.

SET NAMES utf8mb4;

CREATE TABLE t (
  Id INT NOT NULL,
  NAME VARCHAR(10) NULL,
  CamelCase INT NULL,
  PRIMARY KEY (ID)
);

INSERT INTO t VALUES (1, 'a', 1), (2, 'b', 2);

-- Values of five million bytes that differ in the last one.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  b LONGBLOB NULL,
  x LONGTEXT NULL
);

INSERT INTO t VALUES (1, REPEAT(X'00', 5000000), NULL);
INSERT INTO t VALUES (2, NULL, REPEAT('y', 5000000));

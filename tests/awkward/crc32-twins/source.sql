-- Two values with the same CRC32.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  v VARCHAR(20) NOT NULL
);

INSERT INTO t VALUES (1, 'plumless'), (2, 'x');

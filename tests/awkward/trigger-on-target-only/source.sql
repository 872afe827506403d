-- A trigger of the target changes what is written.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  v VARCHAR(20) NULL
);

INSERT INTO t VALUES (1, 'New'), (2, 'Two');

-- Everything is to go.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  v INT NULL
);

INSERT INTO t VALUES (1, 1), (2, NULL);

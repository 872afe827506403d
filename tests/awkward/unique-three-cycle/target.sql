-- Three rows pass their unique values round.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  u VARCHAR(5) NOT NULL,
  v INT NULL,
  UNIQUE KEY (u)
);

INSERT INTO t VALUES (1, 'a', 1), (2, 'b', 2), (3, 'c', 3);

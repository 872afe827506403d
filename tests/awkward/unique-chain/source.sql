-- Each row takes the unique value of the next, the last a new one, and the other way round.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  u INT NOT NULL,
  v INT NULL,
  UNIQUE KEY (u)
);

INSERT INTO t VALUES (1, 2, 0), (2, 3, 0), (3, 4, 0), (4, 5, 0), (11, 10, 0), (12, 11, 0), (13, 12, 0);

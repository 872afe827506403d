-- Each row takes the unique value of the next, the last a new one, and the other way round.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  u INT NOT NULL,
  v INT NULL,
  UNIQUE KEY (u)
);

INSERT INTO t VALUES (1, 1, 0), (2, 2, 0), (3, 3, 0), (4, 4, 0), (11, 11, 0), (12, 12, 0), (13, 13, 0);

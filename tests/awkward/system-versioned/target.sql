-- A table that keeps its own history: only what is current counts.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  v INT NULL
) WITH SYSTEM VERSIONING;

INSERT INTO t VALUES (1, 9), (3, 3);
UPDATE t SET v = 8 WHERE id = 1;
DELETE FROM t WHERE id = 3;

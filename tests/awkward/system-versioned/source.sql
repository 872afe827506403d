-- A table that keeps its own history: only what is current counts.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  v INT NULL
) WITH SYSTEM VERSIONING;

INSERT INTO t VALUES (1, 1), (2, 2);

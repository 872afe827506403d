-- An engine that forgets at a restart.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  v VARCHAR(20) NULL
) ENGINE=MEMORY;

INSERT INTO t VALUES (1, 'a'), (2, 'b');

-- Many NULLs under a unique key are no clash.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  a INT NULL,
  UNIQUE KEY (a)
);

INSERT INTO t VALUES (1, 5), (2, 6), (3, NULL), (4, NULL), (5, NULL);

-- Many NULLs under a unique key are no clash.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  a INT NULL,
  UNIQUE KEY (a)
);

INSERT INTO t VALUES (1, NULL), (2, NULL), (3, 5), (4, 6);

-- A check leaves no value to park on.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  u INT NOT NULL,
  UNIQUE KEY (u),
  CONSTRAINT u_range CHECK (u BETWEEN 1 AND 3)
);

INSERT INTO t VALUES (1, 3), (2, 1), (3, 2);

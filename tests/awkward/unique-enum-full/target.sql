-- Every member of an ENUM is taken and they change places.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  u ENUM('a','b','c') NOT NULL,
  v INT NULL,
  UNIQUE KEY (u)
);

INSERT INTO t VALUES (1, 'a', 1), (2, 'b', 2), (3, 'c', 3);

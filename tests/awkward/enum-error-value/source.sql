-- The empty error value has the index 0 and is not the member that is empty.

SET NAMES utf8mb4;
SET sql_mode = '';

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  e ENUM('a','','b') NULL,
  f ENUM('a','b') NULL
);

INSERT INTO t VALUES (1, '', 'nonsense'), (2, 'nonsense', 'a'), (3, 0, 0), (4, 2, NULL), (5, NULL, 'b');

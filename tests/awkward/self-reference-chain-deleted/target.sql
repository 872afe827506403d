-- A chain to delete from the leaves.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  parent_id INT NULL,
  name VARCHAR(20) NOT NULL,
  FOREIGN KEY (parent_id) REFERENCES t (id)
);

INSERT INTO t VALUES (1, NULL, 'root'), (2, 1, 'a'), (3, 2, 'b'), (4, 3, 'c'), (5, 4, 'd');

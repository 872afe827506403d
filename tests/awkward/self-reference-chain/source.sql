-- A chain whose children have smaller keys than their parents, to insert from the far end.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  parent_id INT NULL,
  name VARCHAR(20) NOT NULL,
  FOREIGN KEY (parent_id) REFERENCES t (id)
);

INSERT INTO t VALUES (9, NULL, 'root'), (8, 9, 'a'), (7, 8, 'b'), (6, 7, 'c'), (5, 6, 'd');

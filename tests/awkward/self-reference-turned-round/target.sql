-- Parent and child change places.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  parent_id INT NULL,
  name VARCHAR(20) NOT NULL,
  FOREIGN KEY (parent_id) REFERENCES t (id)
);

INSERT INTO t VALUES (1, NULL, 'above'), (2, 1, 'below'), (3, 1, 'leaf');

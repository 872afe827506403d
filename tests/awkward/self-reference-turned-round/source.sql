-- Parent and child change places.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  parent_id INT NULL,
  name VARCHAR(20) NOT NULL,
  FOREIGN KEY (parent_id) REFERENCES t (id)
);

INSERT INTO t VALUES (2, NULL, 'now above'), (1, 2, 'now below'), (3, 2, 'leaf');

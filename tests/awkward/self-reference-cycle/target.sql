-- Rows that refer to each other in a circle, and one to itself.

SET NAMES utf8mb4;
SET foreign_key_checks = 0;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  parent_id INT NULL,
  name VARCHAR(20) NOT NULL,
  FOREIGN KEY (parent_id) REFERENCES t (id)
);

INSERT INTO t VALUES (5, 6, 'x'), (6, 5, 'y'), (4, 4, 'was');

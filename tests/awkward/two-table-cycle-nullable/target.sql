-- Two tables that refer to each other with columns that are NULL.

SET NAMES utf8mb4;
SET foreign_key_checks = 0;

CREATE TABLE a (
  id INT NOT NULL PRIMARY KEY,
  b_id INT NULL,
  v INT NULL
);

CREATE TABLE b (
  id INT NOT NULL PRIMARY KEY,
  a_id INT NULL,
  FOREIGN KEY (a_id) REFERENCES a (id)
);

ALTER TABLE a ADD FOREIGN KEY (b_id) REFERENCES b (id);

INSERT INTO a VALUES (1, 2, 1), (5, 2, 5);
INSERT INTO b VALUES (2, 5);

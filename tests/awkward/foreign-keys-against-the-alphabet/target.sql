-- The parent comes after the child in the alphabet, and has the same column names.

SET NAMES utf8mb4;

CREATE TABLE z_parent (
  id INT NOT NULL PRIMARY KEY
);

CREATE TABLE a_child (
  id INT NOT NULL PRIMARY KEY,
  parent INT NULL,
  other INT NULL,
  FOREIGN KEY (parent) REFERENCES z_parent (id),
  FOREIGN KEY (other) REFERENCES z_parent (id)
);

INSERT INTO z_parent VALUES (1), (2);
INSERT INTO a_child VALUES (1, 1, 2), (2, 2, NULL), (3, 1, 1);

-- A foreign key of two columns of which one may be NULL.

SET NAMES utf8mb4;

CREATE TABLE p (
  a INT NOT NULL,
  b VARCHAR(10) NOT NULL,
  PRIMARY KEY (a, b)
);

CREATE TABLE c (
  id INT NOT NULL PRIMARY KEY,
  a INT NULL,
  b VARCHAR(10) NULL,
  FOREIGN KEY (a, b) REFERENCES p (a, b)
);

INSERT INTO p VALUES (1, 'x'), (2, 'y');
INSERT INTO c VALUES (1, 1, 'x'), (2, NULL, 'nowhere'), (3, 2, 'y');

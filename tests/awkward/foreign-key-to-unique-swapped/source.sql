-- The referenced unique values trade places while children keep theirs.

SET NAMES utf8mb4;

CREATE TABLE p (
  id INT NOT NULL PRIMARY KEY,
  code VARCHAR(10) NOT NULL,
  UNIQUE KEY (code)
);

CREATE TABLE c (
  id INT NOT NULL PRIMARY KEY,
  p_code VARCHAR(10) NOT NULL,
  FOREIGN KEY (p_code) REFERENCES p (code)
);

INSERT INTO p VALUES (1, 'B'), (2, 'A'), (3, 'C2');
INSERT INTO c VALUES (1, 'A'), (2, 'B'), (3, 'C2');

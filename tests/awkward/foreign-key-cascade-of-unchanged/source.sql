-- A child that is equal on both sides is deleted by a cascade unless care is taken: its parent gets another key and another row the old one.

SET NAMES utf8mb4;

CREATE TABLE p (
  id INT NOT NULL PRIMARY KEY,
  code VARCHAR(10) NOT NULL,
  UNIQUE KEY (code)
);

CREATE TABLE c (
  id INT NOT NULL PRIMARY KEY,
  p_code VARCHAR(10) NOT NULL,
  FOREIGN KEY (p_code) REFERENCES p (code) ON DELETE CASCADE ON UPDATE CASCADE
);

INSERT INTO p VALUES (5, 'EUR'), (2, 'USD');
INSERT INTO c VALUES (1, 'EUR'), (2, 'USD');

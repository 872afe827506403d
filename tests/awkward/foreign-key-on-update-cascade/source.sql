-- ON UPDATE CASCADE changes children while their parent changes.

SET NAMES utf8mb4;
SET time_zone = '+00:00';

CREATE TABLE p (
  id INT NOT NULL PRIMARY KEY,
  code VARCHAR(10) NOT NULL,
  UNIQUE KEY (code)
);

CREATE TABLE c (
  id INT NOT NULL PRIMARY KEY,
  p_code VARCHAR(10) NULL,
  changed TIMESTAMP NOT NULL DEFAULT '2020-01-01 00:00:00' ON UPDATE CURRENT_TIMESTAMP,
  FOREIGN KEY (p_code) REFERENCES p (code) ON UPDATE CASCADE
);

INSERT INTO p VALUES (1, 'X'), (2, 'B');
INSERT INTO c (id, p_code) VALUES (1, 'B'), (2, 'X'), (3, NULL);

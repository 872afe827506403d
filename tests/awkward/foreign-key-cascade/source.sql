-- ON DELETE CASCADE: a parent is deleted while its child moves to another.

SET NAMES utf8mb4;

CREATE TABLE p (
  id INT NOT NULL PRIMARY KEY,
  name VARCHAR(20) NOT NULL
);

CREATE TABLE c (
  id INT NOT NULL PRIMARY KEY,
  p_id INT NOT NULL,
  v VARCHAR(20) NULL,
  FOREIGN KEY (p_id) REFERENCES p (id) ON DELETE CASCADE
);

INSERT INTO p VALUES (2, 'two'), (3, 'three');
INSERT INTO c VALUES (10, 2, 'moved'), (11, 3, 'new parent'), (12, 2, 'as before');

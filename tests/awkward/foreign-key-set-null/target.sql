-- ON DELETE SET NULL: the same move must not leave NULL behind.

SET NAMES utf8mb4;

CREATE TABLE p (
  id INT NOT NULL PRIMARY KEY,
  name VARCHAR(20) NOT NULL
);

CREATE TABLE c (
  id INT NOT NULL PRIMARY KEY,
  p_id INT NULL,
  v VARCHAR(20) NULL,
  FOREIGN KEY (p_id) REFERENCES p (id) ON DELETE SET NULL
);

INSERT INTO p VALUES (1, 'one'), (2, 'two');
INSERT INTO c VALUES (10, 1, 'moved'), (11, 1, 'old parent'), (12, 2, 'as before'), (13, 1, 'gone');

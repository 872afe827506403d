-- Three bytes a character at most.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  v VARCHAR(60) CHARACTER SET utf8mb3 NULL
);

INSERT INTO t (id, v) VALUES
  (1, _utf8mb3 X'6575726F'),
  (2, _utf8mb3 X'65CC81');

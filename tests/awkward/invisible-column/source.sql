-- A column that SELECT * does not show.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  a INT NULL,
  hidden VARCHAR(20) INVISIBLE DEFAULT 'x'
);

INSERT INTO t (id, a, hidden) VALUES (1, 1, 'one'), (2, 2, NULL), (3, 3, 'three');

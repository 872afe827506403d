-- Defaults that are expressions, and columns with none.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  a VARCHAR(36) NOT NULL DEFAULT (CONCAT('x', 'y')),
  b JSON DEFAULT ('[]'),
  c INT NOT NULL,
  d DATE NOT NULL DEFAULT (CURRENT_DATE + INTERVAL 1 DAY)
);

INSERT INTO t (id, c) VALUES (1, 1), (3, 3);

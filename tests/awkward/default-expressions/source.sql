-- Defaults that are expressions, and columns with none.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  a VARCHAR(36) NOT NULL DEFAULT (CONCAT('x', 'y')),
  b JSON DEFAULT ('[]'),
  c INT NOT NULL,
  d DATE NOT NULL DEFAULT (CURRENT_DATE + INTERVAL 1 DAY)
);

INSERT INTO t VALUES (1, '', NULL, 0, '2020-01-01'), (2, 'xy', '[]', 2, '2020-01-02');

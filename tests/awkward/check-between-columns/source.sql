-- A check ties two columns that both change.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  low INT NOT NULL,
  high INT NOT NULL,
  CONSTRAINT low_below_high CHECK (low < high)
);

INSERT INTO t VALUES (1, 100, 200), (2, -200, -100);

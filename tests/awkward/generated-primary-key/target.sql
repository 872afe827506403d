-- A stored generated column is part of the primary key.

SET NAMES utf8mb4;

CREATE TABLE t (
  a INT NOT NULL,
  k INT GENERATED ALWAYS AS (a * 10) STORED NOT NULL,
  v INT NULL,
  PRIMARY KEY (k)
);

INSERT INTO t (a, v) VALUES (1, 9), (3, 3);

-- The only unique key has a generated column in it.

SET NAMES utf8mb4;

CREATE TABLE t (
  a INT NOT NULL,
  g INT GENERATED ALWAYS AS (a % 7) STORED,
  v INT NULL,
  UNIQUE KEY (a, g)
);

INSERT INTO t (a, v) VALUES (1, 1), (2, 2);

-- Generated columns are never written; one is in a unique key.

SET NAMES utf8mb4;

CREATE TABLE t (
  g1 INT GENERATED ALWAYS AS (a + 1) VIRTUAL,
  id INT NOT NULL PRIMARY KEY,
  a INT NULL,
  b VARCHAR(20) NULL,
  g2 VARCHAR(30) GENERATED ALWAYS AS (CONCAT(b, '!')) STORED,
  UNIQUE KEY (g2)
);

INSERT INTO t (id, a, b) VALUES (1, 1, 'y'), (2, 2, 'x'), (3, NULL, NULL);

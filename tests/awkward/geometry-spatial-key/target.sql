-- A column with a spatial key, which cannot be NULL.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  p POINT NOT NULL,
  SPATIAL KEY (p)
);

INSERT INTO t VALUES (1, ST_GeomFromText('POINT(2 1)')), (3, ST_GeomFromText('POINT(0 0)'));

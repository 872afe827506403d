-- Equal coordinates in different reference systems, and every kind of geometry.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  v GEOMETRY NULL
);

INSERT INTO t (id, v) VALUES
  (1, ST_GeomFromText('POINT(1 2)', 0)),
  (2, ST_GeomFromText('POINT(1 2)', 3857)),
  (3, ST_GeomFromText('LINESTRING(0 0,1 1,2 1)')),
  (4, ST_GeomFromText('POLYGON((0 0,3 0,3 3,0 0))')),
  (5, NULL),
  (6, ST_GeomFromText('POINT(0.1 0.0000001)')),
  (7, ST_GeomFromText('POINT(0 0)')),
  (8, ST_GeomFromText('POINT(20 10)', 4326));

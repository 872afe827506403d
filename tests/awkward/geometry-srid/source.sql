-- Equal coordinates in different reference systems, and every kind of geometry.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  v GEOMETRY NULL
);

INSERT INTO t (id, v) VALUES
  (1, ST_GeomFromText('POINT(1 2)', 3857)),
  (2, ST_GeomFromText('POINT(1 2)', 0)),
  (3, ST_GeomFromText('LINESTRING(0 0,1 1,2 0)')),
  (4, ST_GeomFromText('POLYGON((0 0,0 3,3 3,0 0))')),
  (5, ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 1),LINESTRING(0 0,1 1))')),
  (6, ST_GeomFromText('POINT(0.1 -0.0000001)')),
  (7, NULL),
  (8, ST_GeomFromText('POINT(10 20)', 4326));

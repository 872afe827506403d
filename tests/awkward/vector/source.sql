-- Vectors of floats.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  v VECTOR(3) NULL
);

INSERT INTO t (id, v) VALUES
  (1, STRING_TO_VECTOR('[1,2,3]')),
  (2, STRING_TO_VECTOR('[0.1,-0.0,3e38]')),
  (3, NULL);

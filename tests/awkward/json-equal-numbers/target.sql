-- 1 and 1.0 are equal to the server, which on MySQL skips an UPDATE from one to the other.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  v JSON NULL
);

INSERT INTO t (id, v) VALUES
  (1, '1.0'),
  (2, '1'),
  (3, '{"a": 1.0}'),
  (4, '[1, 2.0]'),
  (5, '1e2');

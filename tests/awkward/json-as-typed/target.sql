-- MariaDB keeps JSON text as it was typed: spaces, key order, duplicate keys.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  v JSON NULL
);

INSERT INTO t (id, v) VALUES
  (1, '{"a": 1, "b": 2}'),
  (2, '{"a": 1, "b": 2}'),
  (3, '{"a": 2}');

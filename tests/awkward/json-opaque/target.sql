-- Bytes inside JSON print like a string, and a string may print like them.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  v JSON NULL
);

INSERT INTO t (id, v) VALUES
  (1, '{"a": "base64:type253:AP8Q"}'),
  (2, JSON_OBJECT('a', CAST(X'00FF10' AS BINARY))),
  (3, '["x"]');

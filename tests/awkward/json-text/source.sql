-- Escapes, supplementary characters, empty keys, deep nesting.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  v JSON NULL
);

INSERT INTO t (id, v) VALUES
  (1, '{"": ""}'),
  (2, '"\\u0000"'),
  (3, '"💳\\"\\\\"'),
  (4, '[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]'),
  (5, '{"a": {"b": {"c": [null, true, "x"]}}}');

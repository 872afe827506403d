-- JSON numbers keep their kind: integer, unsigned, double.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  v JSON NULL
);

INSERT INTO t (id, v) VALUES
  (1, '2'),
  (2, '2.0'),
  (3, '[2, 1.0]'),
  (4, '18446744073709551614'),
  (5, '9223372036854775807'),
  (6, '1.7976931348623155e308'),
  (7, '0.2'),
  (8, '{"a": 1}'),
  (9, '9007199254740992');

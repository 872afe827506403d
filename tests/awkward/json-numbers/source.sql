-- JSON numbers keep their kind: integer, unsigned, double.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  v JSON NULL
);

INSERT INTO t (id, v) VALUES
  (1, '1'),
  (2, '1.0'),
  (3, '[1, 1.0, -1, -0.0]'),
  (4, '18446744073709551615'),
  (5, '-9223372036854775808'),
  (6, '1.7976931348623157e308'),
  (7, '0.1'),
  (8, '{"a": 12345678901234567890123}'),
  (9, '9007199254740993');

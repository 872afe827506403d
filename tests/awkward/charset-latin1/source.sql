-- Western European bytes, with the ones between 80 and 9F.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  v VARCHAR(60) CHARACTER SET latin1 NULL
);

INSERT INTO t (id, v) VALUES
  (1, _latin1 X'E4F6FC'),
  (2, _latin1 X'808182838485868788898A8B8C8D8E8F'),
  (3, _latin1 X'909192939495969798999A9B9C9D9E9F'),
  (4, _latin1 X'A0'),
  (5, _latin1 X''),
  (6, NULL);

-- Western European bytes, with the ones between 80 and 9F.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  v VARCHAR(60) CHARACTER SET latin1 NULL
);

INSERT INTO t (id, v) VALUES
  (1, _latin1 X'E4F6FD'),
  (2, _latin1 X'80'),
  (3, _latin1 X'9F'),
  (4, _latin1 X'20'),
  (5, NULL),
  (6, _latin1 X'');

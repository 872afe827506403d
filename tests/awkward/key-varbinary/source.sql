-- Keys that differ by a zero byte or a space at the end.

SET NAMES utf8mb4;

CREATE TABLE t (
  k VARBINARY(8) NOT NULL,
  v INT NULL,
  PRIMARY KEY (k)
);

INSERT INTO t (k, v) VALUES
  (X'61', 1),
  (X'6100', 2),
  (X'6120', 3),
  (X'', 4);

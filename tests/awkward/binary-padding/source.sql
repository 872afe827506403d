-- Zero bytes and spaces at the end of BINARY and VARBINARY.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  b BINARY(4) NULL,
  v VARBINARY(8) NULL
);

INSERT INTO t VALUES (1, X'61', X'61'), (2, X'6120', X'6120'), (3, X'00000000', X'00'), (4, X'00', X''), (5, NULL, NULL), (6, X'FF00FF00', X'FF00FF00');

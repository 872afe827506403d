-- Zero bytes and spaces at the end of BINARY and VARBINARY.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  b BINARY(4) NULL,
  v VARBINARY(8) NULL
);

INSERT INTO t VALUES (1, X'6120', X'6100'), (2, X'61', X'61'), (3, NULL, X'0000'), (4, X'20202020', NULL), (5, X'', X''), (6, X'FF00FF00', X'FF00FF');

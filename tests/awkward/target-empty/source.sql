-- Everything is missing.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  v VARCHAR(20) NULL,
  b VARBINARY(20) NULL,
  n BIT(5) NULL
);

INSERT INTO t VALUES (1, '', X'', b'1'), (2, NULL, NULL, NULL), (3, '\\N', X'5C4E', b'10101'), (4, 'a\tb\nc', X'090A0D00', b'0');

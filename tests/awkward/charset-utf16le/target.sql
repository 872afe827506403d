-- The same with the bytes turned.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  v VARCHAR(60) CHARACTER SET utf16le NULL
);

INSERT INTO t (id, v) VALUES
  (1, _utf16le X'3DD8B4DC7800'),
  (2, _utf16le X'65000103');

-- Two or four bytes a character.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  v VARCHAR(60) CHARACTER SET utf16 NULL
);

INSERT INTO t (id, v) VALUES
  (1, _utf16 X'D83DDCB40078'),
  (2, _utf16 X'00650301');

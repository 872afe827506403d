-- Korean bytes.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  v VARCHAR(60) CHARACTER SET euckr NULL
);

INSERT INTO t (id, v) VALUES
  (1, _euckr X'BEC8B3E7');

-- Two byte sequences for one character: only the bytes tell them apart.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  v VARCHAR(60) CHARACTER SET cp932 NULL
);

INSERT INTO t (id, v) VALUES
  (1, _cp932 X'8754'),
  (2, _cp932 X'FA4A'),
  (3, _cp932 X'8790'),
  (4, _cp932 X'955C');

-- Two bytes a character.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  v VARCHAR(60) CHARACTER SET ucs2 NULL
);

INSERT INTO t (id, v) VALUES
  (1, _ucs2 X'006100DF'),
  (2, _ucs2 X'65E56728'),
  (3, _ucs2 X'0041');

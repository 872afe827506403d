-- Japanese bytes, of which some end in a backslash.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  v VARCHAR(60) CHARACTER SET sjis NULL
);

INSERT INTO t (id, v) VALUES
  (1, _sjis X'955C8EA6'),
  (2, _sjis X'835C815B8358'),
  (3, _sjis X'B1B2B3');

-- Chinese bytes of two and four, with supplementary characters.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  v VARCHAR(60) CHARACTER SET gb18030 NULL
);

INSERT INTO t (id, v) VALUES
  (1, _gb18030 X'BABAD7D69439DB34'),
  (2, _gb18030 X'75');

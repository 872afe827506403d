-- Simplified Chinese bytes.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  v VARCHAR(60) CHARACTER SET gbk NULL
);

INSERT INTO t (id, v) VALUES
  (1, _gbk X'BABA'),
  (2, _gbk X'8160');

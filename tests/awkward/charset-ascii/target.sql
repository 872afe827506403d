-- Seven bits.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  v VARCHAR(60) CHARACTER SET ascii NULL
);

INSERT INTO t (id, v) VALUES
  (1, _ascii X'41'),
  (2, _ascii X'00');

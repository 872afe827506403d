-- Traditional Chinese bytes, of which some end in a backslash.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  v VARCHAR(60) CHARACTER SET big5 NULL
);

INSERT INTO t (id, v) VALUES
  (1, _big5 X'A55C');

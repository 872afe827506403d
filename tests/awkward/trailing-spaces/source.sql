-- Values equal to each other under a collation that pads.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  v VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NULL
);

INSERT INTO t (id, v) VALUES
  (1, 'a'),
  (2, 'a '),
  (3, '  '),
  (4, ''),
  (5, 'a\t');

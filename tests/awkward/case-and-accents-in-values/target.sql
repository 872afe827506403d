-- Values equal to each other under a collation that ignores case and accents.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  v VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NULL
);

INSERT INTO t (id, v) VALUES
  (1, 'cafe'),
  (2, 'CAFÉ'),
  (3, 'STRASSE'),
  (4, 'naive'),
  (5, 'é');

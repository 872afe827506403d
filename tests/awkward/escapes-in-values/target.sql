-- Quotes, backslashes, control characters, and the text that means NULL in a load file.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  v VARCHAR(60) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL
);

INSERT INTO t (id, v) VALUES
  (1, NULL),
  (2, 'its'),
  (3, 'a b c d'),
  (4, '\\\\'),
  (5, 'x'),
  (6, 'quoted'),
  (7, '100%_'),
  (8, ''),
  (9, '?');

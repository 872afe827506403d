-- Quotes, backslashes, control characters, and the text that means NULL in a load file.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  v VARCHAR(60) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL
);

INSERT INTO t (id, v) VALUES
  (1, '\\N'),
  (2, 'it''s'),
  (3, 'a\tb\nc\rd'),
  (4, '\\'),
  (5, '\0x\Z'),
  (6, '"quoted"'),
  (7, '100%_\\_'),
  (8, '; DROP TABLE t -- '),
  (9, '? :name {0} $1');

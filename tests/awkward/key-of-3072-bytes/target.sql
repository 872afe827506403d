-- The longest key, with keys that differ in the last character.

SET NAMES utf8mb4;

CREATE TABLE t (
  k VARCHAR(768) NOT NULL,
  v INT NULL,
  PRIMARY KEY (k)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

INSERT INTO t (k, v) VALUES
  (CONCAT(REPEAT('💳', 767), '💴'), 1),
  (CONCAT(REPEAT('x', 767), 'z'), 2),
  (REPEAT('x', 767), 3);

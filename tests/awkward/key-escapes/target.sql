-- Keys with quotes, backslashes, zero bytes and line ends.

SET NAMES utf8mb4;

CREATE TABLE t (
  k VARCHAR(40) NOT NULL,
  v INT NULL,
  PRIMARY KEY (k)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

INSERT INTO t (k, v) VALUES
  ('', 9),
  ('\\\\', 3),
  ('\'', 1),
  ('a\rb', 5),
  ('_', 7);

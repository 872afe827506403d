-- Keys with quotes, backslashes, zero bytes and line ends.

SET NAMES utf8mb4;

CREATE TABLE t (
  k VARCHAR(40) NOT NULL,
  v INT NULL,
  PRIMARY KEY (k)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

INSERT INTO t (k, v) VALUES
  ('', 1),
  ('\'', 2),
  ('\\', 3),
  ('\0', 4),
  ('a\nb', 5),
  ('"', 6),
  ('%', 7),
  ('`', 8);

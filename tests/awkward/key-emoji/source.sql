-- Emoji as keys under a binary collation.

SET NAMES utf8mb4;

CREATE TABLE t (
  k VARCHAR(20) NOT NULL,
  v INT NULL,
  PRIMARY KEY (k)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

INSERT INTO t (k, v) VALUES
  ('💳', 1),
  ('💴', 2),
  ('€', 3);

-- Negative keys, and the least one.

SET NAMES utf8mb4;

CREATE TABLE t (
  k BIGINT NOT NULL,
  v INT NULL,
  PRIMARY KEY (k)
);

INSERT INTO t (k, v) VALUES
  (-9223372036854775808, 1),
  (-1, 2),
  (0, 3),
  (9223372036854775807, 4);

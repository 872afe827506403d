-- Negative keys, and the least one.

SET NAMES utf8mb4;

CREATE TABLE t (
  k BIGINT NOT NULL,
  v INT NULL,
  PRIMARY KEY (k)
);

INSERT INTO t (k, v) VALUES
  (-2, 2),
  (-1, 9),
  (1, 5),
  (9223372036854775807, 4);

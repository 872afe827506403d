-- A TIMESTAMP as key, with two moments of one local time.

SET NAMES utf8mb4;
SET time_zone = '+00:00';

CREATE TABLE t (
  k TIMESTAMP NOT NULL,
  v INT NULL,
  PRIMARY KEY (k)
);

INSERT INTO t (k, v) VALUES
  ('2026-10-25 01:30:00', 1),
  ('2026-10-25 02:30:00', 2);

-- A column of the type UUID as key.

SET NAMES utf8mb4;

CREATE TABLE t (
  k UUID NOT NULL,
  v INT NULL,
  PRIMARY KEY (k)
);

INSERT INTO t (k, v) VALUES
  ('00000000-0000-0000-0000-000000000001', 1),
  ('ffffffff-ffff-4fff-bfff-ffffffffffff', 2);

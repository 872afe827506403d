-- Days that no month has, stored under a mode that allows them.

SET NAMES utf8mb4;
SET sql_mode = 'ALLOW_INVALID_DATES';

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  v DATE NULL
);

INSERT INTO t (id, v) VALUES
  (1, '2026-02-28'),
  (2, '2026-05-01'),
  (3, '1000-01-01');

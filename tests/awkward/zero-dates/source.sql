-- Dates that are zero altogether or in part.

SET NAMES utf8mb4;
SET sql_mode = '';
SET time_zone = '+00:00';

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  d DATE NULL,
  dt DATETIME NULL,
  ts TIMESTAMP NULL
);

INSERT INTO t VALUES (1, '0000-00-00', '0000-00-00 00:00:00', '0000-00-00 00:00:00'), (2, '2026-00-00', '2026-00-00 00:00:00', NULL), (3, '2026-02-00', '2026-02-00 01:02:03', NULL), (4, '0000-01-01', '0000-01-01 00:00:00', NULL), (5, NULL, NULL, NULL);

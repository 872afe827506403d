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

INSERT INTO t VALUES (1, NULL, NULL, NULL), (2, '2026-01-01', '2026-01-01 00:00:00', NULL), (3, '0000-00-00', '0000-00-00 00:00:00', NULL), (4, '0001-01-01', '0001-01-01 00:00:00', NULL), (5, '0000-00-00', '0000-00-00 00:00:00', '0000-00-00 00:00:00');

-- Moments on both sides of a clock change, two of them with one local time.

SET NAMES utf8mb4;
SET time_zone = '+00:00';

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  v TIMESTAMP(6) NULL
);

INSERT INTO t (id, v) VALUES
  (1, '2026-03-29 01:00:00'),
  (2, '2026-03-29 00:59:59.999999'),
  (3, '2026-10-25 01:30:00'),
  (4, '2026-10-25 00:30:00'),
  (5, '1970-01-01 00:00:02'),
  (6, '2038-01-19 03:14:07');

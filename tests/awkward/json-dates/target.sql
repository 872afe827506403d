-- Dates and times inside JSON are not strings.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  v JSON NULL
);

INSERT INTO t (id, v) VALUES
  (1, '"2026-01-02"'),
  (2, '"2026-01-02 03:04:05.000006"'),
  (3, '"-25:00:00.500000"'),
  (4, '["2026-01-02"]'),
  (5, CAST(CAST('2026-01-02' AS DATE) AS JSON));

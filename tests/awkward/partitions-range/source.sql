-- Rows that stand in or move between partitions by range.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL,
  d DATE NOT NULL,
  v INT NULL,
  PRIMARY KEY (id, d)
) PARTITION BY RANGE COLUMNS (d) (
  PARTITION p1 VALUES LESS THAN ('2026-01-01'),
  PARTITION p2 VALUES LESS THAN (MAXVALUE)
);

INSERT INTO t VALUES (1, '2025-12-31', 1), (2, '2026-01-01', 2), (3, '2026-06-01', 3);

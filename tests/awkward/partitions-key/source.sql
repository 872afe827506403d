-- Rows that stand in or move between partitions by key.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL,
  d DATE NOT NULL,
  v INT NULL,
  PRIMARY KEY (id, d)
) PARTITION BY KEY (id, d) PARTITIONS 3;

INSERT INTO t VALUES (1, '2025-12-31', 1), (2, '2026-01-01', 2), (3, '2026-06-01', 3);

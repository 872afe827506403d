-- Rows that stand in or move between partitions by list.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL,
  d DATE NOT NULL,
  v INT NULL,
  PRIMARY KEY (id, d)
) PARTITION BY LIST (id) (
  PARTITION p1 VALUES IN (1, 3, 5),
  PARTITION p2 VALUES IN (2, 4, 6)
);

INSERT INTO t VALUES (1, '2026-01-01', 1), (2, '2026-01-01', 9), (4, '2020-01-01', 4);

-- TIME beyond 24 hours, negative, and with a fraction.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  v TIME(6) NULL
);

INSERT INTO t (id, v) VALUES
  (1, '838:59:59.000000'),
  (2, '-838:59:59.000000'),
  (3, '-00:00:00.000001'),
  (4, '25:00:00.5'),
  (5, '00:00:00'),
  (6, '-01:30:00.250000');

-- A column of the type INET6 as key.

SET NAMES utf8mb4;

CREATE TABLE t (
  k INET6 NOT NULL,
  v INT NULL,
  PRIMARY KEY (k)
);

INSERT INTO t (k, v) VALUES
  ('::', 9),
  ('::ffff:192.0.2.2', 3);

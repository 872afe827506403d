-- A column of the type INET6 as key.

SET NAMES utf8mb4;

CREATE TABLE t (
  k INET6 NOT NULL,
  v INT NULL,
  PRIMARY KEY (k)
);

INSERT INTO t (k, v) VALUES
  ('::', 1),
  ('2001:db8::ff00:42:8329', 2),
  ('::ffff:192.0.2.1', 3);

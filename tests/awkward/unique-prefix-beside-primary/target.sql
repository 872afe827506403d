-- A unique key over a prefix that two rows exchange.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  a VARCHAR(100) NOT NULL,
  UNIQUE KEY (a(5))
);

INSERT INTO t VALUES (1, 'vwxyz-one'), (2, 'abcde-two'), (3, 'other');

-- A MariaDB engine without transactions.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  v VARCHAR(20) NULL
) ENGINE=Aria;

INSERT INTO t VALUES (1, 'x'), (3, 'c');

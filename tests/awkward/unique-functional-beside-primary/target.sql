-- A functional unique key whose values two rows exchange.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  a VARCHAR(10) NOT NULL,
  UNIQUE KEY ((LOWER(a)))
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

INSERT INTO t VALUES (1, 'b'), (2, 'a');

-- Two unique keys, each with another exchange.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  a INT NOT NULL,
  b VARCHAR(5) NOT NULL,
  UNIQUE KEY (a),
  UNIQUE KEY (b)
);

INSERT INTO t VALUES (1, 2, 'z'), (2, 1, 'y'), (3, 3, 'x');

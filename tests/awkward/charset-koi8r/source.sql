-- Cyrillic in another order.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  v VARCHAR(60) CHARACTER SET koi8r NULL
);

INSERT INTO t (id, v) VALUES
  (1, _koi8r X'F0D2C9D7C5D4'),
  (2, _koi8r X'B3D6');

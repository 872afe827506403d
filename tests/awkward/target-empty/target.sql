-- Everything is missing.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  v VARCHAR(20) NULL,
  b VARBINARY(20) NULL,
  n BIT(5) NULL
);

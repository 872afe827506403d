-- A primary key that the server made, in an invisible column.

SET NAMES utf8mb4;
SET sql_generate_invisible_primary_key = ON;

CREATE TABLE t (
  v VARCHAR(20) NULL
);

INSERT INTO t (v) VALUES ('a'), ('x');

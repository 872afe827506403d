-- A trigger copies each insert into a second reference table, where the source has no such row.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  v INT NULL
);

CREATE TABLE u (
  id INT NOT NULL PRIMARY KEY,
  v INT NULL,
  FOREIGN KEY (id) REFERENCES t (id)
);

INSERT INTO t VALUES (1, 1), (2, 2);
INSERT INTO u VALUES (1, 1);

-- A trigger of the target lets no row be deleted.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  v INT NULL
);

INSERT INTO t VALUES (1, 1), (2, 2);

CREATE TRIGGER t_kept BEFORE DELETE ON t FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'rows are kept';

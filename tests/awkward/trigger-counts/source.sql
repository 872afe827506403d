-- A trigger on both sides counts writes, so that no write arrives as it was sent.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  v VARCHAR(20) NULL,
  n INT NOT NULL
);

CREATE TRIGGER t_counts BEFORE UPDATE ON t FOR EACH ROW SET NEW.n = OLD.n + 1;

INSERT INTO t VALUES (1, 'new', 7), (2, 'same', 1);

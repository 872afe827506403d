-- A trigger on both sides sets what the row already has.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  v VARCHAR(20) NULL
);

CREATE TRIGGER t_lower BEFORE INSERT ON t FOR EACH ROW SET NEW.v = LOWER(NEW.v);
CREATE TRIGGER t_lower_too BEFORE UPDATE ON t FOR EACH ROW SET NEW.v = LOWER(NEW.v);

INSERT INTO t VALUES (1, 'new'), (2, 'TWO'), (4, NULL);

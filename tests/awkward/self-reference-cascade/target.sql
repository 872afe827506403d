-- A parent is deleted while its children move to another one.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  parent_id INT NULL,
  name VARCHAR(20) NOT NULL,
  FOREIGN KEY (parent_id) REFERENCES t (id) ON DELETE CASCADE
);

INSERT INTO t VALUES (1, NULL, 'gone'), (2, NULL, 'kept'), (3, 1, 'moved'), (4, 3, 'grandchild');

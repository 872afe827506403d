CREATE TABLE t (id INT PRIMARY KEY, k CHAR(36) NOT NULL COMMENT 'lockstep has yet to fill this column');

CREATE TABLE t (id INT PRIMARY KEY, a INT, b INT, c INT, KEY kb (b), KEY kc (c));

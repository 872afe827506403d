CREATE TABLE t (a INT, b INT, c INT, d INT, e INT);

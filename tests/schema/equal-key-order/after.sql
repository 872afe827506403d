CREATE TABLE t (a INT, b INT, KEY y (b), KEY x (a));

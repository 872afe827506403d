CREATE TABLE t (a INT, b INT, UNIQUE KEY k (a), KEY l (b));

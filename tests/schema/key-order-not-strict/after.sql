CREATE TABLE t (a INT, b INT, c INT, KEY x (a), KEY y (b), KEY z (c));

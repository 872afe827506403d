CREATE TABLE t (a INT, b INT, c INT, KEY x (a), KEY z (c), KEY y (b), KEY w (a, b));

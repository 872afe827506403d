CREATE TABLE t (a INT, b INT, c INT, KEY k (a), KEY l (b) INVISIBLE, KEY m (c));

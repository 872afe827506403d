CREATE TABLE t (a INT, b INT, c INT, KEY k (a), KEY l (b) IGNORED, KEY m (c));

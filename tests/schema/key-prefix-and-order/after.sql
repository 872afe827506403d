CREATE TABLE t (a VARCHAR(100), b TEXT, c BLOB, KEY k1 (a(20)), KEY k2 (b(20), a), UNIQUE KEY k3 (c(7)));

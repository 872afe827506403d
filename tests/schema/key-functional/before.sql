CREATE TABLE t (a INT, b VARCHAR(20), KEY k ((a + 1)));

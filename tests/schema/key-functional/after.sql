CREATE TABLE t (a INT, b VARCHAR(20), KEY k ((a + 2)), KEY l ((LOWER(b)), a DESC));

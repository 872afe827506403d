CREATE TABLE t (a INT, c INT AS (a + 1) STORED, KEY kc (c));

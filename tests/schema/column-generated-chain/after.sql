CREATE TABLE t (a INT, b INT AS (a + 1) STORED, c INT AS (b + 1) VIRTUAL, d INT AS (c + 1) VIRTUAL, KEY kd (d), CONSTRAINT cc CHECK (c > 0));

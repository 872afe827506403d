CREATE TABLE t (a INT, b INT CHECK (b < 10), CHECK (a < b));

CREATE TABLE t (a INT, b INT, KEY ka (a) COMMENT 'one', KEY kb (b), PRIMARY KEY (a, b));

CREATE TABLE t (a INT, b INT, KEY ka (a) COMMENT 'two', KEY kb (b) USING BTREE, PRIMARY KEY (a, b) COMMENT 'pk');

SET innodb_strict_mode=0, sql_mode=''; CREATE TABLE t (id INT PRIMARY KEY) KEY_BLOCK_SIZE=7;

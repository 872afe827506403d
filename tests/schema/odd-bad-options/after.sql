SET sql_mode='IGNORE_BAD_TABLE_OPTIONS'; CREATE TABLE t (id INT PRIMARY KEY, a INT `unknown_thing`=1) `nonsense`='x' `other`=7;
ALTER TABLE t ADD COLUMN newcol INT;

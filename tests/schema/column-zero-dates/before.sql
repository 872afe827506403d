SET sql_mode = '';
CREATE TABLE t (a INT);

INSERT INTO t VALUES ('a','b','x,z','two');

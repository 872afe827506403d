INSERT INTO t VALUES ('ä','ö',1,'x');

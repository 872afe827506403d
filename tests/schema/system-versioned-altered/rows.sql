INSERT INTO t VALUES (1, 'a'); UPDATE t SET v = 'b';
INSERT INTO p VALUES (1, 'a', 1); UPDATE p SET v = 'b';
INSERT INTO o (id, a) VALUES (1, 1); UPDATE o SET a = 2;

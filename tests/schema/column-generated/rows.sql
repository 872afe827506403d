INSERT INTO t (a, g) VALUES (1, 2), (3, 4);

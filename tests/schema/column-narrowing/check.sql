SELECT a = 'a' AND b = 2 AND c = 'c' AND d = 1.25 AND e = '2020-01-01 00:00:01' AND f = 1.5 FROM t

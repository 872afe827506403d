SELECT a = 'a' AND b = 'b' AND c = 'c' AND d = 'd' AND e = 'e' AND f = 'f' AND g = 'g' AND h = 1.25 AND i = '2020-01-01 00:00:01' AND j = 1.5 AND k = 5 FROM t

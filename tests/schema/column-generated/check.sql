SELECT SUM(b) = 24 AND SUM(c) = 44 AND SUM(d) = 8 AND SUM(e) = 12 AND MAX(i) = '3-4' FROM t

SELECT a = 1 AND b = 2 AND c = 'x' FROM t

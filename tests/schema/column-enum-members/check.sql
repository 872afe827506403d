SELECT a = 'a' AND b = 'b' AND c = 'x,z' AND d = 'two' FROM t

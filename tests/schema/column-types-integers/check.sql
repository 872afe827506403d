SELECT a + b + c + d + e + f + g + h = 29 FROM t

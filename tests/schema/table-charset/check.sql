SELECT a = 'ä' AND b = 'ö' AND HEX(a) = 'C3A4' FROM t

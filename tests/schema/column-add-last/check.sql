SELECT COUNT(*) = 2 AND SUM(id) = 3 AND MIN(b) = 'q' FROM t

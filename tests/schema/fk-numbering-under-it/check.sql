SELECT COUNT(*) = 2 FROM c JOIN p ON p.id = c.p AND p.no = c.n

CREATE TABLE t (a INT NOT NULL, b INT, c VARCHAR(20), PRIMARY KEY (a), KEY k2 (b, a), KEY k3 (c), UNIQUE KEY k4 (c(5), b));

CREATE TABLE t (abc INT, Def INT, KEY k (abc));

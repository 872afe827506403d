SET restrict_fk_on_non_standard_key=0; CREATE TABLE t (id INT PRIMARY KEY, a INT, b INT, KEY (b), CONSTRAINT f FOREIGN KEY (a) REFERENCES t (b));

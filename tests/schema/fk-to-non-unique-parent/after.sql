SET restrict_fk_on_non_standard_key = OFF;
CREATE TABLE p (id BIGINT, v INT, KEY (id));
CREATE TABLE k (id INT PRIMARY KEY, pid BIGINT, newcol INT, KEY kp (pid), CONSTRAINT f FOREIGN KEY (pid) REFERENCES p (id));
CREATE TABLE l (id INT PRIMARY KEY, pid BIGINT, KEY kp (pid), CONSTRAINT g FOREIGN KEY (pid) REFERENCES p (id));

CREATE TABLE boss (id INT PRIMARY KEY);
CREATE TABLE worker (id INT PRIMARY KEY, boss_id INT, n INT, KEY boss_id (boss_id), KEY wide (boss_id, n), FOREIGN KEY (boss_id) REFERENCES boss (id));
CREATE TABLE named (id INT PRIMARY KEY, a INT, n INT, KEY f (a), UNIQUE KEY wide (a, n), CONSTRAINT f FOREIGN KEY (a) REFERENCES boss (id));
CREATE TABLE two (id INT PRIMARY KEY, a INT, b INT, KEY a (a), FOREIGN KEY (a) REFERENCES boss (id), CONSTRAINT second FOREIGN KEY (a) REFERENCES boss (id) ON DELETE CASCADE);

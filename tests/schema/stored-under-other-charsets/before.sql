CREATE TABLE t (id INT PRIMARY KEY, s VARCHAR(10));
SET NAMES utf8mb4; SET @s = 'CREATE VIEW changed AS SELECT ''ä'' AS a'; SET character_set_client = latin1, collation_connection = latin1_swedish_ci; PREPARE x FROM @s; EXECUTE x; SET NAMES utf8mb4;

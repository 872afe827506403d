CREATE TABLE t (id INT PRIMARY KEY, s VARCHAR(10));
SET NAMES utf8mb4; SET @s = 'CREATE VIEW v AS SELECT CONCAT(s, _utf8mb4 ''x'', ''é'') AS q FROM t'; SET character_set_client = latin1, collation_connection = latin1_swedish_ci; PREPARE x FROM @s; EXECUTE x; SET NAMES utf8mb4;
SET NAMES utf8mb4; SET @s = 'CREATE VIEW w AS SELECT ''жё'' AS `жук`'; SET character_set_client = cp1251, collation_connection = cp1251_general_ci; PREPARE x FROM @s; EXECUTE x; SET NAMES utf8mb4;
SET NAMES utf8mb4; SET @s = 'CREATE VIEW x AS SELECT ''日本'' AS a'; SET character_set_client = sjis, collation_connection = sjis_japanese_ci; PREPARE x FROM @s; EXECUTE x; SET NAMES utf8mb4;
SET NAMES utf8mb4; SET @s = 'CREATE EVENT e ON SCHEDULE EVERY 1 DAY STARTS ''2030-01-01 00:00:00'' DO SELECT ''中文'''; SET character_set_client = gbk, collation_connection = gbk_chinese_ci; PREPARE x FROM @s; EXECUTE x; SET NAMES utf8mb4;
SET NAMES utf8mb4; SET @s = 'CREATE VIEW changed AS SELECT ''ö'' AS a'; SET character_set_client = latin1, collation_connection = latin1_german1_ci; PREPARE x FROM @s; EXECUTE x; SET NAMES utf8mb4;

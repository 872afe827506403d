CREATE TABLE t (id INT PRIMARY KEY, s VARCHAR(10));
SET NAMES utf8mb4; SET @s = 'CREATE PROCEDURE p() SELECT ''é'', _latin1''é'''; SET character_set_client = latin1, collation_connection = latin1_swedish_ci; PREPARE x FROM @s; EXECUTE x; SET NAMES utf8mb4;
SET NAMES utf8mb4; SET @s = 'CREATE FUNCTION f() RETURNS VARCHAR(10) CHARSET utf8mb4 DETERMINISTIC RETURN ''表'''; SET character_set_client = sjis, collation_connection = sjis_japanese_ci; PREPARE x FROM @s; EXECUTE x; SET NAMES utf8mb4;
SET NAMES utf8mb4; SET @s = 'CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.s = ''ж'' /* ё */'; SET character_set_client = cp1251, collation_connection = cp1251_general_ci; PREPARE x FROM @s; EXECUTE x; SET NAMES utf8mb4;

-- safe: package `golden`.`pk`: drops the package to create it again; callers fail for a moment
DROP PACKAGE `pk`;
-- safe: package `golden`.`pk`: creates the package
-- under utf8mb4, utf8mb4_general_ci
CREATE PACKAGE "pk" AS PROCEDURE p(); FUNCTION f RETURN INT; END;
-- safe: package body `golden`.`pk`: creates the package body
-- under utf8mb4, utf8mb4_general_ci
CREATE PACKAGE BODY "pk" AS PROCEDURE p() AS BEGIN SELECT 1; END; FUNCTION f RETURN INT AS BEGIN RETURN 1; END; END;

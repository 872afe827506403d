-- safe: procedure `golden`.`p``1`: creates the procedure
-- under utf8mb4, utf8mb4_0900_ai_ci
CREATE PROCEDURE `p``1`()
SELECT 1;
-- safe: table `golden`.`t.dot`: creates the table
CREATE TABLE `t.dot` (
  `.` int DEFAULT NULL,
  `;` int DEFAULT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
-- may fail: table `golden`.`select`: column `a``b`: rebuilds the table; column `größe €`: changes the definition only; adds column `x y`; builds key `key` beside running traffic; builds key `k``2` beside running traffic; adds check `c``c`: fails where rows violate it
ALTER TABLE `select`
  MODIFY COLUMN `a``b` bigint DEFAULT NULL,
  MODIFY COLUMN `größe €` int DEFAULT NULL COMMENT '€',
  ADD COLUMN `x y` int DEFAULT NULL,
  ADD KEY `key` (`a``b`),
  ADD KEY `k``2` (`from`),
  ADD CONSTRAINT `c``c` CHECK ((`from` > 1));
-- safe: view `golden`.`v``1`: creates the view
-- under utf8mb4, utf8mb4_0900_ai_ci
CREATE OR REPLACE ALGORITHM=UNDEFINED SQL SECURITY DEFINER VIEW `v``1` AS select `select`.`a``b` AS `q``q` from `select`;

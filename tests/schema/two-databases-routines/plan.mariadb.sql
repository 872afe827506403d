-- safe: procedure `golden`.`p`: creates the procedure
-- under utf8mb4, utf8mb4_general_ci
CREATE PROCEDURE `p`()
INSERT INTO golden_two.u VALUES (1);
-- safe: function `golden_two`.`f`: drops the function to create it again; callers fail for a moment
DROP FUNCTION `f`;
-- safe: function `golden_two`.`f`: creates the function
-- under utf8mb4, utf8mb4_general_ci
CREATE FUNCTION `f`(x INT) RETURNS int(11)
    DETERMINISTIC
RETURN x + 1;
-- safe: table `golden`.`t`: creates the table
CREATE TABLE `t` (
  `a` int(11) DEFAULT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
-- safe: view `golden`.`v`: creates the view
-- under utf8mb4, utf8mb4_general_ci
CREATE OR REPLACE ALGORITHM=UNDEFINED SQL SECURITY DEFINER VIEW `v` AS select `golden_two`.`f`(`t`.`a`) AS `fa` from `t`;
-- safe: trigger `golden`.`tr`: creates the trigger
-- under utf8mb4, utf8mb4_general_ci
CREATE TRIGGER `tr` BEFORE INSERT ON `t` FOR EACH ROW SET NEW.a = golden_two.f(NEW.a);

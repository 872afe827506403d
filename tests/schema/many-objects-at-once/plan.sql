-- safe: table `golden`.`keep1`: drops foreign key `ko`
ALTER TABLE `keep1` DROP FOREIGN KEY `ko`;
-- safe: function `golden`.`f2`: creates the function
-- under utf8mb4, utf8mb4_0900_ai_ci
CREATE FUNCTION `f2`() RETURNS int
    NO SQL
RETURN 2;
-- safe: procedure `golden`.`pr`: creates the procedure
-- under utf8mb4, utf8mb4_0900_ai_ci
CREATE PROCEDURE `pr`()
SELECT two FROM vv;
-- safe: table `golden`.`new1`: creates the table
CREATE TABLE `new1` (
  `id` bigint NOT NULL,
  `v` varchar(30) NOT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
-- destructive: table `golden`.`keep1`: drops key `ko`; drops column `o` and its values; column `id`: rebuilds the table; adds column `n`; builds key `kn` beside running traffic
ALTER TABLE `keep1`
  DROP KEY `ko`,
  DROP COLUMN `o`,
  MODIFY COLUMN `id` bigint NOT NULL,
  ADD COLUMN `n` bigint DEFAULT NULL,
  ADD KEY `kn` (`n`);
-- may fail: table `golden`.`keep1`: adds foreign key `kn`: fails where rows have no parent
ALTER TABLE `keep1` ADD CONSTRAINT `kn` FOREIGN KEY (`n`) REFERENCES `new1` (`id`) ON DELETE CASCADE;
-- destructive: table `golden`.`old1`: drops the table and every row in it
DROP TABLE `old1`;
-- safe: view `golden`.`vk`: replaces the view
-- under utf8mb4, utf8mb4_0900_ai_ci
CREATE OR REPLACE ALGORITHM=UNDEFINED SQL SECURITY DEFINER VIEW `vk` AS select `k`.`id` AS `id`,`n`.`v` AS `v`,`f2`() AS `two` from (`keep1` `k` join `new1` `n` on((`n`.`id` = `k`.`n`)));
-- safe: view `golden`.`vv`: creates the view
-- under utf8mb4, utf8mb4_0900_ai_ci
CREATE OR REPLACE ALGORITHM=UNDEFINED SQL SECURITY DEFINER VIEW `vv` AS select `vk`.`two` AS `two` from `vk`;
-- safe: trigger `golden`.`tk`: drops the trigger to create it again; it does not fire for a moment
DROP TRIGGER `tk`;
-- safe: trigger `golden`.`tk`: creates the trigger
-- under utf8mb4, utf8mb4_0900_ai_ci
CREATE TRIGGER `tk` AFTER INSERT ON `keep1` FOR EACH ROW SET @x = f2();
-- safe: event `golden`.`ev`: creates the event
-- under utf8mb4, utf8mb4_0900_ai_ci, +00:00
CREATE EVENT `ev` ON SCHEDULE EVERY 1 DAY STARTS '2035-01-01 00:00:00' ON COMPLETION NOT PRESERVE DISABLE DO CALL pr();
-- safe: function `golden`.`f1`: drops the function, which the source does not have
DROP FUNCTION `f1`;

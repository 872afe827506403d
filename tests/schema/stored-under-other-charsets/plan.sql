-- safe: view `golden`.`changed`: replaces the view
-- under latin1, latin1_german1_ci
CREATE OR REPLACE ALGORITHM=UNDEFINED SQL SECURITY DEFINER VIEW `changed` AS select 'ö' AS `a`;
-- safe: view `golden`.`v`: creates the view
-- under latin1, latin1_swedish_ci
CREATE OR REPLACE ALGORITHM=UNDEFINED SQL SECURITY DEFINER VIEW `v` AS select concat(`t`.`s`,_utf8mb4'x','é') AS `q` from `t`;
-- safe: view `golden`.`w`: creates the view
-- under cp1251, cp1251_general_ci
CREATE OR REPLACE ALGORITHM=UNDEFINED SQL SECURITY DEFINER VIEW `w` AS select 'жё' AS `жук`;
-- safe: view `golden`.`x`: creates the view
-- under sjis, sjis_japanese_ci
CREATE OR REPLACE ALGORITHM=UNDEFINED SQL SECURITY DEFINER VIEW `x` AS select '日本' AS `a`;
-- safe: event `golden`.`e`: creates the event
-- under gbk, gbk_chinese_ci, +00:00
CREATE EVENT `e` ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 00:00:00' ON COMPLETION NOT PRESERVE ENABLE DO SELECT '中文';

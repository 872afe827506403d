-- safe: event `golden`.`e2`: drops the event, which the source does not have
DROP EVENT `e2`;
-- safe: event `golden`.`e1`: drops the event to create it again
DROP EVENT `e1`;
-- safe: event `golden`.`e1`: creates the event
-- under utf8mb4, utf8mb4_0900_ai_ci, +00:00
CREATE EVENT `e1` ON SCHEDULE EVERY 2 HOUR STARTS '2030-01-01 00:00:00' ENDS '2036-01-01 00:00:00' ON COMPLETION PRESERVE ENABLE COMMENT 'tick' DO SELECT 2;
-- safe: event `golden`.`e3`: creates the event
-- under utf8mb4, utf8mb4_0900_ai_ci, +00:00
CREATE EVENT `e3` ON SCHEDULE EVERY 1 WEEK STARTS '2030-01-01 00:00:00' ON COMPLETION NOT PRESERVE DISABLE DO SELECT 3;

-- safe: event `golden`.`e`: drops the event to create it again
DROP EVENT `e`;
-- safe: event `golden`.`e`: creates the event
-- under utf8mb4, utf8mb4_general_ci, +05:30
CREATE EVENT `e` ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 00:00:00' ON COMPLETION NOT PRESERVE ENABLE DO SELECT 1;

-- safe: event `golden`.`e`: creates the event
-- under utf8mb4, utf8mb4_general_ci, +00:00
CREATE EVENT `e` ON SCHEDULE AT '2036-05-05 05:05:05' ON COMPLETION PRESERVE DISABLE DO SELECT 1;

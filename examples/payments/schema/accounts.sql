-- The account as which the company's views, routines, triggers and events act. Nobody logs in with it.

CREATE USER IF NOT EXISTS payments_objects@'%' ACCOUNT LOCK;
GRANT SELECT, INSERT, UPDATE, DELETE, EXECUTE, TRIGGER, EVENT ON refdata.* TO payments_objects@'%';
GRANT SELECT, INSERT, UPDATE, DELETE, EXECUTE, TRIGGER, EVENT ON payments.* TO payments_objects@'%';

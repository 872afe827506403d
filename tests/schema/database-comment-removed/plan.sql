-- safe: database `golden`: changes the defaults of the database
ALTER DATABASE `golden` COMMENT '';

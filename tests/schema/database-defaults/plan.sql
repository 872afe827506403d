-- safe: database `golden`: changes the defaults of the database
ALTER DATABASE `golden` DEFAULT CHARACTER SET latin1 COLLATE latin1_german2_ci;
-- safe: database `golden_two`: changes the defaults of the database
ALTER DATABASE `golden_two` DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

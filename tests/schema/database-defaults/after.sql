ALTER DATABASE golden CHARACTER SET latin1 COLLATE latin1_german2_ci;
ALTER DATABASE golden_two COLLATE utf8mb4_bin;

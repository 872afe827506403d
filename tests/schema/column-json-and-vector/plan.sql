-- slow: table `golden`.`t`: adds column `j`; adds column `v`; adds column `k`; copies the table to compute its default
ALTER TABLE `t`
  ADD COLUMN `j` json NOT NULL,
  ADD COLUMN `v` vector(4) DEFAULT NULL,
  ADD COLUMN `k` json DEFAULT (json_object(_utf8mb4'a',1));

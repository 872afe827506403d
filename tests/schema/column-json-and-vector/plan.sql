-- may fail: table `golden`.`t`: adds column `j`; adds column `v`; adds column `k`: fails where its default does not fit
ALTER TABLE `t`
  ADD COLUMN `j` json NOT NULL,
  ADD COLUMN `v` vector(4) DEFAULT NULL,
  ADD COLUMN `k` json DEFAULT (json_object(_utf8mb4'a',1));

-- may fail: table `golden`.`t`: drops key `m`; column `a`: expressions over the column are computed again and may fail; column `j`: fails where the column holds NULL; builds key `m`: fails where its expression does for some row
ALTER TABLE `t`
  DROP KEY `m`,
  MODIFY COLUMN `a` bigint DEFAULT NULL,
  MODIFY COLUMN `j` json NOT NULL,
  ADD KEY `m` ((cast(json_extract(`j`,_utf8mb4'$.a') as char(10) array)));

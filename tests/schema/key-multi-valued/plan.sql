-- may fail: table `golden`.`t`: builds key `mv`: fails where its expression does for some row
ALTER TABLE `t` ADD KEY `mv` ((cast(json_extract(`j`,_utf8mb4'$.tags') as unsigned array)));

-- slow: table `golden`.`t`: builds key `mv`: writes wait
ALTER TABLE `t` ADD KEY `mv` ((cast(json_extract(`j`,_utf8mb4'$.tags') as unsigned array)));

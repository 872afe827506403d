-- safe: table `golden`.`t`: builds key `y` beside running traffic
ALTER TABLE `t` ADD KEY `y` (`b`);

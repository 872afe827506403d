-- destructive: table `golden`.`t`: column `a`: changes the definition only; column `b`: numbers rows that hold 0 or NULL; builds key `kb` beside running traffic
ALTER TABLE `t`
  MODIFY COLUMN `a` int NOT NULL,
  MODIFY COLUMN `b` int NOT NULL AUTO_INCREMENT,
  ADD KEY `kb` (`b`);

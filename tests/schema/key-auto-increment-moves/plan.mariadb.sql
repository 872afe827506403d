-- destructive: table `golden`.`t`: column `a`: changes the definition only; column `b`: numbers rows that hold 0 or NULL; builds key `kb` beside running traffic
ALTER TABLE `t`
  MODIFY COLUMN `a` int(11) NOT NULL,
  MODIFY COLUMN `b` int(11) NOT NULL AUTO_INCREMENT,
  ADD KEY `kb` (`b`);

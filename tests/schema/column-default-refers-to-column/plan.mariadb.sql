-- safe: table `golden`.`t`: column `a`: changes the definition only; column `b`: changes the definition only; adds column `c`
ALTER TABLE `t`
  MODIFY COLUMN `a` int(11) DEFAULT 1,
  MODIFY COLUMN `b` int(11) DEFAULT (`a` + 1),
  ADD COLUMN `c` int(11) DEFAULT (`b` * 2);

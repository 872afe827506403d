-- safe: table `golden`.`t`: column `a`: changes the definition only; column `b`: changes the definition only; adds column `c`
ALTER TABLE `t`
  MODIFY COLUMN `a` int DEFAULT '1',
  MODIFY COLUMN `b` int DEFAULT ((`a` + 1)),
  ADD COLUMN `c` int DEFAULT ((`b` * 2));

-- may fail: table `golden`.`t`: column `a`: changes the definition only; column `b`: gets a computed default; may copy the table; adds column `c`: fails where its default does not fit
ALTER TABLE `t`
  MODIFY COLUMN `a` int DEFAULT '1',
  MODIFY COLUMN `b` int DEFAULT ((`a` + 1)),
  ADD COLUMN `c` int DEFAULT ((`b` * 2));

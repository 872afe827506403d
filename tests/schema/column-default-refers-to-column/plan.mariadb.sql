-- may fail: table `golden`.`t`: column `a`: changes the definition only; column `b`: gets a computed default; may copy the table; adds column `c`: fails where its default does not fit
ALTER TABLE `t`
  MODIFY COLUMN `a` int(11) DEFAULT 1,
  MODIFY COLUMN `b` int(11) DEFAULT (`a` + 1),
  ADD COLUMN `c` int(11) DEFAULT (`b` * 2);

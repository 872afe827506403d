-- may fail: table `golden`.`t`: column `a`: changes the definition only; column `b`: fails where rows violate the check; adds check `CONSTRAINT_1`: fails where rows violate it
ALTER TABLE `t`
  MODIFY COLUMN `a` int(11) DEFAULT NULL,
  MODIFY COLUMN `b` int(11) DEFAULT NULL CHECK (`b` < 10),
  ADD CONSTRAINT `CONSTRAINT_1` CHECK (`a` < `b`);

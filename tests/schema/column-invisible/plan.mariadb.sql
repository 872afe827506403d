-- safe: table `golden`.`t`: column `b`: changes the definition only; column `c`: changes the definition only; adds column `d`
ALTER TABLE `t`
  MODIFY COLUMN `b` int(11) INVISIBLE DEFAULT NULL,
  MODIFY COLUMN `c` int(11) DEFAULT NULL,
  ADD COLUMN `d` int(11) INVISIBLE DEFAULT 4;

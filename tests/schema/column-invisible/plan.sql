-- safe: table `golden`.`t`: column `b`: changes the definition only; column `c`: changes the definition only; adds column `d`
ALTER TABLE `t`
  MODIFY COLUMN `b` int DEFAULT NULL INVISIBLE,
  MODIFY COLUMN `c` int DEFAULT NULL,
  ADD COLUMN `d` int DEFAULT '4' INVISIBLE;

-- safe: table `golden`.`t`: column `b`: changes the definition only; column `c`: changes the definition only, widens the column in place
ALTER TABLE `t`
  MODIFY COLUMN `b` int DEFAULT NULL,
  MODIFY COLUMN `c` varchar(8);
-- safe: table `golden`.`t`: takes the default NULL off column `a`
ALTER TABLE `t` ALTER COLUMN `a` DROP DEFAULT;
-- safe: table `golden`.`t`: takes the default NULL off column `c`
ALTER TABLE `t` ALTER COLUMN `c` DROP DEFAULT;

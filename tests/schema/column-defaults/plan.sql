-- safe: table `golden`.`t`: column `a`: changes the definition only; column `b`: changes the definition only; column `c`: changes the definition only; column `d`: changes the definition only; column `e`: changes the definition only; column `f`: changes the definition only; column `g`: changes the definition only; column `h`: changes the definition only
ALTER TABLE `t`
  MODIFY COLUMN `a` int DEFAULT '2',
  MODIFY COLUMN `b` int DEFAULT NULL,
  MODIFY COLUMN `c` varchar(9) DEFAULT '',
  MODIFY COLUMN `d` datetime DEFAULT NULL ON UPDATE CURRENT_TIMESTAMP,
  MODIFY COLUMN `e` timestamp NOT NULL DEFAULT '2001-01-01 00:00:00',
  MODIFY COLUMN `f` bit(2) DEFAULT NULL,
  MODIFY COLUMN `g` decimal(5,2) DEFAULT '-2.50',
  MODIFY COLUMN `h` int NOT NULL DEFAULT '0';

-- may fail: table `golden`.`t`: column `a`: fails where a value takes too many bytes in the new character set, or has a character that it lacks; column `b`: fails where a value takes too many bytes in the new character set, or has a character that it lacks
ALTER TABLE `t`
  MODIFY COLUMN `a` text DEFAULT NULL,
  MODIFY COLUMN `b` text DEFAULT NULL;

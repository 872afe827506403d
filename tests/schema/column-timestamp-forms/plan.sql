-- note: table `golden`.`t`: rows that exist get the moment of the change in the new column `c` (CURRENT_TIMESTAMP(3)), in the target's time zone SYSTEM
-- note: table `golden`.`t`: rows that exist get the moment of the change in the new column `d` (CURRENT_TIMESTAMP), in the target's time zone SYSTEM
-- may fail: table `golden`.`t`: column `a`: fails where the column holds NULL; column `b`: rebuilds the table; adds column `c`; adds column `d`
ALTER TABLE `t`
  MODIFY COLUMN `a` timestamp NOT NULL DEFAULT '2020-01-01 00:00:00',
  MODIFY COLUMN `b` timestamp NULL DEFAULT NULL,
  ADD COLUMN `c` timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),
  ADD COLUMN `d` timestamp NULL DEFAULT CURRENT_TIMESTAMP;

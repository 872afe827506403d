-- note: table `golden`.`t`: rows that exist get the moment of the change in the new column `e` (((curdate() + interval 1 year))), in the target's time zone SYSTEM
-- may fail: table `golden`.`t`: column `a`: gets a computed default; may copy the table; column `b`: gets a computed default; may copy the table; adds column `c`, at first empty; adds column `d`; copies the table to compute its default; adds column `e`: fails where its default does not fit
ALTER TABLE `t`
  MODIFY COLUMN `a` varchar(40) DEFAULT (concat(_utf8mb4'a',_utf8mb4'b')),
  MODIFY COLUMN `b` int DEFAULT ((2 * 3)),
  ADD COLUMN `c` varchar(36) COMMENT 'lockstep has yet to fill this column',
  ADD COLUMN `d` json DEFAULT (json_array()),
  ADD COLUMN `e` date DEFAULT ((curdate() + interval 1 year));
-- safe: table `golden`.`t`: gives column `c` its default, for new rows
ALTER TABLE `t` ALTER COLUMN `c` SET DEFAULT (uuid());
-- slow: table `golden`.`t`: gives every row its own value of column `c`
UPDATE `t` SET `c` = (uuid()) WHERE `c` IS NULL;
-- slow: table `golden`.`t`: gives column `c` its definition
ALTER TABLE `t` MODIFY COLUMN `c` varchar(36) DEFAULT (uuid());

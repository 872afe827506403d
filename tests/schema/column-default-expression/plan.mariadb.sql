-- note: table `golden`.`t`: rows that exist get the moment of the change in the new column `e` ((curdate() + interval 1 year)), in the target's time zone SYSTEM
-- may fail: table `golden`.`t`: column `a`: changes the definition only; column `b`: gets a computed default; may copy the table; adds column `c`, at first empty; adds column `d`; adds column `e`: fails where its default does not fit
ALTER TABLE `t`
  MODIFY COLUMN `a` varchar(40) DEFAULT concat('a','b'),
  MODIFY COLUMN `b` int(11) DEFAULT (2 * 3),
  ADD COLUMN `c` varchar(36) COMMENT 'lockstep has yet to fill this column',
  ADD COLUMN `d` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT json_array() CHECK (json_valid(`d`)),
  ADD COLUMN `e` date DEFAULT (curdate() + interval 1 year);
-- safe: table `golden`.`t`: gives column `c` its default, for new rows
ALTER TABLE `t` ALTER COLUMN `c` SET DEFAULT uuid();
-- slow: table `golden`.`t`: gives every row its own value of column `c`
UPDATE `t` SET `c` = uuid() WHERE `c` IS NULL;
-- slow: table `golden`.`t`: gives column `c` its definition
ALTER TABLE `t` MODIFY COLUMN `c` varchar(36) DEFAULT uuid();

-- safe: table `golden`.`t`: column `a`: changes the definition only; column `b`: changes the definition only; adds column `c`, at first without its default; adds column `d`; adds column `e`
ALTER TABLE `t`
  MODIFY COLUMN `a` varchar(40) DEFAULT (concat(_utf8mb4'a',_utf8mb4'b')),
  MODIFY COLUMN `b` int DEFAULT ((2 * 3)),
  ADD COLUMN `c` varchar(36) COMMENT 'lockstep has yet to fill this column',
  ADD COLUMN `d` json DEFAULT (json_array()),
  ADD COLUMN `e` date DEFAULT ((curdate() + interval 1 year));
-- slow: table `golden`.`t`: gives every row its own value of column `c`
UPDATE `t` SET `c` = (uuid());
-- safe: table `golden`.`t`: gives column `c` its default
ALTER TABLE `t` MODIFY COLUMN `c` varchar(36) DEFAULT (uuid());

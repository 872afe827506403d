-- safe: table `golden`.`t`: adds column `b`; adds column `c`; adds column `d`; adds column `e`
ALTER TABLE `t`
  ADD COLUMN `b` date NOT NULL DEFAULT '0000-00-00',
  ADD COLUMN `c` datetime NOT NULL DEFAULT '0000-00-00 00:00:00',
  ADD COLUMN `d` timestamp NOT NULL DEFAULT '0000-00-00 00:00:00',
  ADD COLUMN `e` date DEFAULT '2020-00-00';

-- safe: table `golden`.`t`: column `a`: changes the definition only; adds column `b`
ALTER TABLE `t`
  MODIFY COLUMN `a` int DEFAULT NULL COMMENT 'tab	nl\n back\\slash ''q'' "d" `b` ; -- /* x */ é €',
  ADD COLUMN `b` varchar(30) DEFAULT 'a''b\\c\nd"e`f';

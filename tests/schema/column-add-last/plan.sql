-- safe: table `golden`.`t`: adds column `a`; adds column `b`
ALTER TABLE `t`
  ADD COLUMN `a` int DEFAULT NULL,
  ADD COLUMN `b` varchar(10) NOT NULL DEFAULT 'q' COMMENT 'it''s; a "comment"';

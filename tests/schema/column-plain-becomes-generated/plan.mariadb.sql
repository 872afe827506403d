-- destructive: table `golden`.`t`: drops key `kb`; drops column `b` and its values; adds column `b` (fails where generated column `b` does not fit when computed again); column `c`: replaces stored values by computed ones; builds key `kb`: fails where its expression does for some row
ALTER TABLE `t`
  DROP KEY `kb`,
  DROP COLUMN `b`,
  ADD COLUMN `b` int(11) GENERATED ALWAYS AS (`a` + 1) VIRTUAL AFTER `a`,
  MODIFY COLUMN `c` int(11) GENERATED ALWAYS AS (`a` + 2) STORED,
  ADD KEY `kb` (`b`);

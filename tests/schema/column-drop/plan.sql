-- destructive: table `golden`.`t`: drops key `ka`; drops key `kab`; drops column `a` and its values; builds key `kab` beside running traffic
ALTER TABLE `t`
  DROP KEY `ka`,
  DROP KEY `kab`,
  DROP COLUMN `a`,
  ADD KEY `kab` (`b`);

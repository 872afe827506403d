-- safe: table `golden`.`t`: drops key `m`
ALTER TABLE `t` DROP KEY `m`;
-- safe: table `golden`.`t`: makes key `k` ignored; makes key `l` not ignored; builds key `m` beside running traffic
ALTER TABLE `t`
  ALTER INDEX `k` IGNORED,
  ALTER INDEX `l` NOT IGNORED,
  ADD KEY `m` (`c`) COMMENT 'x' IGNORED;

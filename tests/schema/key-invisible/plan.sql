-- safe: table `golden`.`t`: drops key `m`
ALTER TABLE `t` DROP KEY `m`;
-- may fail: table `golden`.`t`: builds unique key `n`: fails where rows are equal in it; makes key `k` invisible; makes key `l` visible; builds key `m` beside running traffic
ALTER TABLE `t`
  ADD UNIQUE KEY `n` (`c`) INVISIBLE,
  ALTER INDEX `k` INVISIBLE,
  ALTER INDEX `l` VISIBLE,
  ADD KEY `m` (`c`) COMMENT 'x' INVISIBLE;

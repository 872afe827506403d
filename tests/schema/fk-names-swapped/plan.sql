-- safe: table `golden`.`t`: drops foreign key `x`
ALTER TABLE `t` DROP FOREIGN KEY `x`;
-- safe: table `golden`.`t`: drops foreign key `y`
ALTER TABLE `t` DROP FOREIGN KEY `y`;
-- safe: table `golden`.`t`: drops key `x`; drops key `y`; builds key `x` beside running traffic; builds key `y` beside running traffic
ALTER TABLE `t`
  DROP KEY `x`,
  DROP KEY `y`,
  ADD KEY `x` (`b`),
  ADD KEY `y` (`a`);
-- may fail: table `golden`.`t`: adds foreign key `x`: fails where rows have no parent
ALTER TABLE `t` ADD CONSTRAINT `x` FOREIGN KEY (`b`) REFERENCES `p` (`id`);
-- may fail: table `golden`.`t`: adds foreign key `y`: fails where rows have no parent
ALTER TABLE `t` ADD CONSTRAINT `y` FOREIGN KEY (`a`) REFERENCES `p` (`id`);

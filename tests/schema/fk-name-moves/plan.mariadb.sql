-- safe: table `golden`.`u`: drops foreign key `c`
ALTER TABLE `u` DROP FOREIGN KEY `c`;
-- safe: table `golden`.`t`: builds key `c` beside running traffic
ALTER TABLE `t` ADD KEY `c` (`a`);
-- safe: table `golden`.`u`: drops key `c`
ALTER TABLE `u` DROP KEY `c`;
-- may fail: table `golden`.`t`: adds foreign key `c`: fails where rows have no parent
ALTER TABLE `t` ADD CONSTRAINT `c` FOREIGN KEY (`a`) REFERENCES `p` (`id`);

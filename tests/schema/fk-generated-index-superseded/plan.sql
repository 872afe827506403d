-- may fail: table `golden`.`named`: keeps key `f`, which the server would drop beside the new key; builds unique key `wide`: fails where rows are equal in it
ALTER TABLE `named`
  DROP KEY `f`,
  ADD UNIQUE KEY `wide` (`a`,`n`),
  ADD KEY `f` (`a`);
-- safe: table `golden`.`worker`: keeps key `boss_id`, which the server would drop beside the new key; builds key `wide` beside running traffic
ALTER TABLE `worker`
  DROP KEY `boss_id`,
  ADD KEY `boss_id` (`boss_id`),
  ADD KEY `wide` (`boss_id`,`n`);
-- may fail: table `golden`.`two`: adds foreign key `second`: fails where rows have no parent
ALTER TABLE `two` ADD CONSTRAINT `second` FOREIGN KEY (`a`) REFERENCES `boss` (`id`) ON DELETE CASCADE, DROP KEY `a`, ADD KEY `a` (`a`);

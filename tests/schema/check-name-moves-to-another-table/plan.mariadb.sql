-- may fail: table `golden`.`u`: adds check `c`: fails where rows violate it
ALTER TABLE `u` ADD CONSTRAINT `c` CHECK (`a` > 0);
-- safe: table `golden`.`t`: drops check `c`
ALTER TABLE `t` DROP CONSTRAINT `c`;

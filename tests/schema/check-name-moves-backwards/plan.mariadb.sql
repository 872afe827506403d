-- may fail: table `golden`.`t`: adds check `c`: fails where rows violate it
ALTER TABLE `t` ADD CONSTRAINT `c` CHECK (`a` > 0);
-- safe: table `golden`.`u`: drops check `c`
ALTER TABLE `u` DROP CONSTRAINT `c`;

-- safe: table `golden`.`u`: drops check `c`; another table takes its name
ALTER TABLE `u` DROP CHECK `c`;
-- may fail: table `golden`.`t`: adds check `c`: fails where rows violate it
ALTER TABLE `t` ADD CONSTRAINT `c` CHECK ((`a` > 0));

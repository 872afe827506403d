-- safe: table `golden`.`t`: drops check `c`; another table takes its name
ALTER TABLE `t` DROP CHECK `c`;
-- may fail: table `golden`.`u`: adds check `c`: fails where rows violate it
ALTER TABLE `u` ADD CONSTRAINT `c` CHECK ((`a` > 0));

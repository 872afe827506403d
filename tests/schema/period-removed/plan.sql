-- slow: table `golden`.`t`: drops a period
ALTER TABLE `t` DROP PERIOD FOR `p`;

-- safe: table `golden`.`t`: sets AUTOEXTEND_SIZE back
ALTER TABLE `t` AUTOEXTEND_SIZE=0;
-- safe: table `golden`.`u`: sets AUTOEXTEND_SIZE
ALTER TABLE `u` AUTOEXTEND_SIZE=8388608;

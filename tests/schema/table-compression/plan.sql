-- slow: table `golden`.`t`: sets COMPRESSION back; rebuilds the table
ALTER TABLE `t` COMPRESSION='';
-- slow: table `golden`.`u`: sets COMPRESSION; rebuilds the table
ALTER TABLE `u` COMPRESSION='lz4';

-- may fail: table `golden`.`t`: builds unique key `u`: fails where rows are equal in it; adds a clause: fails where rows violate it
ALTER TABLE `t`
  ADD UNIQUE KEY `u` (`id`,`p` WITHOUT OVERLAPS),
  ADD PERIOD FOR `p` (`s`, `e`);

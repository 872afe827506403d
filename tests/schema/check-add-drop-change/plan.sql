-- may fail: table `golden`.`t`: drops check `c1`; drops check `c2`; adds check `c2`: fails where rows violate it; adds check `c3`: fails where rows violate it
ALTER TABLE `t`
  DROP CHECK `c1`,
  DROP CHECK `c2`,
  ADD CONSTRAINT `c2` CHECK ((`b` > 1)),
  ADD CONSTRAINT `c3` CHECK ((`c` in (_utf8mb4'x',_utf8mb4'y\'z')));

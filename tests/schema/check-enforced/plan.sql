-- may fail: table `golden`.`t`: drops check `c3`; stops enforcing check `c1`; enforces check `c2`: fails where rows violate it; adds check `c3`, not enforced
ALTER TABLE `t`
  DROP CHECK `c3`,
  ALTER CHECK `c1` NOT ENFORCED,
  ALTER CHECK `c2` ENFORCED,
  ADD CONSTRAINT `c3` CHECK ((`a` > 5)) NOT ENFORCED;

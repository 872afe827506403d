-- may fail: table `golden`.`t`: drops check `t_chk_1`; adds check `t_chk_1`: fails where rows violate it; adds check `t_chk_2`: fails where rows violate it
ALTER TABLE `t`
  DROP CHECK `t_chk_1`,
  ADD CONSTRAINT `t_chk_1` CHECK ((`b` < 10)),
  ADD CONSTRAINT `t_chk_2` CHECK ((`a` < `b`));

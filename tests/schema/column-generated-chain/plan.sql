-- may fail: table `golden`.`t`: drops check `cc`; drops key `kd`; drops generated column `b` to compute it again (fails where generated column `b` does not fit when computed again); drops generated column `c` to compute it again (fails where generated column `b` does not fit when computed again); drops generated column `d` to compute it again (fails where generated column `b` does not fit when computed again); adds stored column `b`: fails where a row's value does not fit; adds column `c` (fails where generated column `b` does not fit when computed again); adds column `d` (fails where generated column `b` does not fit when computed again); builds key `kd`: fails where its expression does for some row; adds check `cc`: fails where rows violate it
ALTER TABLE `t`
  DROP CHECK `cc`,
  DROP KEY `kd`,
  DROP COLUMN `b`,
  DROP COLUMN `c`,
  DROP COLUMN `d`,
  ADD COLUMN `b` int GENERATED ALWAYS AS ((`a` + 1)) STORED,
  ADD COLUMN `c` int GENERATED ALWAYS AS ((`b` + 1)) VIRTUAL,
  ADD COLUMN `d` int GENERATED ALWAYS AS ((`c` + 1)) VIRTUAL,
  ADD KEY `kd` (`d`),
  ADD CONSTRAINT `cc` CHECK ((`c` > 0));

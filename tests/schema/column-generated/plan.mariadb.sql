-- may fail: table `golden`.`t`: drops generated column `d` to compute it again (fails where generated column `b` does not fit when computed again); drops generated column `e` to compute it again (fails where generated column `b` does not fit when computed again); column `b`: rebuilds the table (fails where generated column `b` does not fit when computed again); column `c`: computes every row again: fails where a value does not fit; adds stored column `d`: fails where a row's value does not fit; adds column `e` (fails where generated column `b` does not fit when computed again); column `f`: rebuilds the table (fails where generated column `b` does not fit when computed again); adds column `i` (fails where generated column `b` does not fit when computed again)
ALTER TABLE `t`
  DROP COLUMN `d`,
  DROP COLUMN `e`,
  MODIFY COLUMN `b` int(11) GENERATED ALWAYS AS (`a` + 10) VIRTUAL,
  MODIFY COLUMN `c` int(11) GENERATED ALWAYS AS (`a` + 20) STORED,
  ADD COLUMN `d` int(11) GENERATED ALWAYS AS (`a` * 2) STORED AFTER `c`,
  ADD COLUMN `e` int(11) GENERATED ALWAYS AS (`a` * 3) VIRTUAL AFTER `d`,
  MODIFY COLUMN `f` bigint(20) GENERATED ALWAYS AS (`a`) VIRTUAL COMMENT 'x',
  ADD COLUMN `i` varchar(20) GENERATED ALWAYS AS (concat(`a`,'-',`g`)) VIRTUAL;

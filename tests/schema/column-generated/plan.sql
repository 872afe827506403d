-- slow: table `golden`.`t`: drops generated column `d` to compute it anew; drops generated column `e` to compute it anew; column `b`: rebuilds the table; column `c`: computes every row again; adds stored column `d`; computes every row; adds column `e`; column `f`: rebuilds the table; adds column `i`
ALTER TABLE `t`
  DROP COLUMN `d`,
  DROP COLUMN `e`,
  MODIFY COLUMN `b` int GENERATED ALWAYS AS ((`a` + 10)) VIRTUAL,
  MODIFY COLUMN `c` int GENERATED ALWAYS AS ((`a` + 20)) STORED,
  ADD COLUMN `d` int GENERATED ALWAYS AS ((`a` * 2)) STORED AFTER `c`,
  ADD COLUMN `e` int GENERATED ALWAYS AS ((`a` * 3)) VIRTUAL AFTER `d`,
  MODIFY COLUMN `f` bigint GENERATED ALWAYS AS (`a`) VIRTUAL COMMENT 'x',
  ADD COLUMN `i` varchar(20) GENERATED ALWAYS AS (concat(`a`,_utf8mb4'-',`g`)) VIRTUAL;

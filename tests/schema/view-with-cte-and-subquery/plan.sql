-- safe: view `golden`.`v`: creates the view
-- under utf8mb4, utf8mb4_0900_ai_ci
CREATE OR REPLACE ALGORITHM=UNDEFINED SQL SECURITY DEFINER VIEW `v` AS with `x` as (select `t`.`a` AS `a`,count(0) AS `n` from `t` group by `t`.`a`) select `x`.`a` AS `a`,`x`.`n` AS `n`,(select max(`t2`.`b`) from `t` `t2` where (`t2`.`a` = `x`.`a`)) AS `m`,row_number() OVER (ORDER BY `x`.`a` )  AS `rn` from `x` union all select 1 AS `1`,2 AS `2`,3 AS `3`,4 AS `4`;

-- safe: sequence `golden`.`s1`: changes the sequence; its counter stays
ALTER SEQUENCE `s1` start with 1 minvalue 1 maxvalue 9223372036854775806 increment by 5 cache 10 nocycle;
-- safe: sequence `golden`.`s3`: creates the sequence
CREATE SEQUENCE `s3` start with 100 minvalue 1 maxvalue 1000 increment by 1 cache 1000 cycle ENGINE=InnoDB;
-- safe: table `golden`.`t`: creates the table
CREATE TABLE `t` (
  `id` int(11) NOT NULL DEFAULT nextval(`golden`.`s3`),
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
-- destructive: sequence `golden`.`s2`: drops the sequence, which the source does not have, and the numbers that it has given out
DROP SEQUENCE `s2`;

-- destructive: sequence `golden`.`s1`: narrows the sequence: fails, or loses the counter, where that is outside
ALTER SEQUENCE `s1` start with 1 minvalue 1 maxvalue 100 increment by 1 cache 1000 nocycle;
-- destructive: sequence `golden`.`s2`: narrows the sequence: fails, or loses the counter, where that is outside
ALTER SEQUENCE `s2` start with 100 minvalue 1 maxvalue 500 increment by 1 cache 1000 nocycle;
-- safe: sequence `golden`.`s3`: changes the sequence; its counter stays
ALTER SEQUENCE `s3` start with 1 minvalue 1 maxvalue 2000 increment by 1 cache 1000 nocycle;
-- destructive: sequence `golden`.`s4`: narrows the sequence: fails, or loses the counter, where that is outside
ALTER SEQUENCE `s4` start with -1 minvalue -5 maxvalue -1 increment by -1 cache 1000 nocycle;

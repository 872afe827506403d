SET explicit_defaults_for_timestamp=0; CREATE TABLE t (id INT PRIMARY KEY, ts TIMESTAMP, ts2 TIMESTAMP);

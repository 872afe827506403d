CREATE TABLE t (a INT, b INT);
CREATE VIEW v AS SELECT x.a AS v, t.b FROM t AS x JOIN t ON t.a = x.a;

CREATE TABLE t (a INT);
CREATE TABLE golden_two.u (b INT);
CREATE VIEW golden_two.a AS SELECT a FROM golden.t;
CREATE VIEW z AS SELECT x.a, u.b FROM golden_two.a x JOIN golden_two.u u ON u.b = x.a;
CREATE VIEW golden_two.b AS SELECT a, b FROM golden.z;

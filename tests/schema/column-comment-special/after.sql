CREATE TABLE t (a INT COMMENT 'tab\tnl\n back\\slash ''q'' "d" `b` ; -- /* x */ é €', b VARCHAR(30) DEFAULT 'a''b\\c\nd"e`f');

CREATE TABLE t (a ENUM('a','b','c'), b ENUM('b','a'), c SET('x','y','z','w'), d ENUM('one','two'));

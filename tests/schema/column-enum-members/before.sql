CREATE TABLE t (a ENUM('a','b'), b ENUM('a','b'), c SET('x','y','z'), d ENUM('one','two','three'));

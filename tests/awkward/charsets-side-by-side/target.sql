-- The same word in six character sets in one row, and as keys of it.

SET NAMES utf8mb4;

CREATE TABLE t (
  k VARCHAR(20) CHARACTER SET latin1 COLLATE latin1_german1_ci NOT NULL,
  a VARCHAR(20) CHARACTER SET utf8mb4 NULL,
  b VARCHAR(20) CHARACTER SET utf16 NULL,
  c VARCHAR(20) CHARACTER SET cp1250 NULL,
  d VARBINARY(20) NULL,
  PRIMARY KEY (k)
);

INSERT INTO t VALUES ('Größe', 'Groesse', 'Groesse', 'Groesse', 'Groesse'), ('Masse', 'x', 'x', 'x', 'x');

-- The referenced key changes by case only, and the child with it.

SET NAMES utf8mb4;

CREATE TABLE p (
  code VARCHAR(10) NOT NULL PRIMARY KEY
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE c (
  id INT NOT NULL PRIMARY KEY,
  p_code VARCHAR(10) NOT NULL,
  FOREIGN KEY (p_code) REFERENCES p (code)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

INSERT INTO p VALUES ('VISA'), ('amex');
INSERT INTO c VALUES (1, 'visa'), (2, 'amex');

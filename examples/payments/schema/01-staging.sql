-- What staging's schema has that production's has not. Run after prod.sql.

SET NAMES utf8mb4 COLLATE utf8mb4_unicode_ci;
SET time_zone = '+00:00';

USE refdata;

-- A new column in the middle of a table.
ALTER TABLE currency
  ADD COLUMN cash_rounding DECIMAL(9,4) NULL COMMENT 'smallest step paid in cash, NULL: the minor unit' AFTER minor_units;

-- 65,535 categories were thought to be enough. The column is referenced by three foreign keys, two of them in another database.
ALTER TABLE merchant_category DROP FOREIGN KEY fk_merchant_category_parent;
ALTER TABLE payments.merchant DROP FOREIGN KEY fk_merchant_category;
ALTER TABLE payments.fee_rule DROP FOREIGN KEY fk_fee_rule_category;
ALTER TABLE merchant_category
  MODIFY COLUMN id INT UNSIGNED NOT NULL AUTO_INCREMENT,
  MODIFY COLUMN parent_id INT UNSIGNED NULL;
ALTER TABLE payments.merchant
  MODIFY COLUMN category_id INT UNSIGNED NOT NULL,
  ADD CONSTRAINT fk_merchant_category FOREIGN KEY (category_id) REFERENCES refdata.merchant_category (id);
ALTER TABLE payments.fee_rule
  MODIFY COLUMN category_id INT UNSIGNED NULL COMMENT 'NULL: any category',
  ADD CONSTRAINT fk_fee_rule_category FOREIGN KEY (category_id) REFERENCES refdata.merchant_category (id);
ALTER TABLE merchant_category
  ADD CONSTRAINT fk_merchant_category_parent FOREIGN KEY (parent_id) REFERENCES merchant_category (id);

-- A new reference table, with a key of three columns.
CREATE TABLE tax_rate (
  country_code CHAR(2) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  kind ENUM('standard','reduced') NOT NULL,
  valid_from DATE NOT NULL,
  percentage DECIMAL(5,2) NOT NULL,
  PRIMARY KEY (country_code, kind, valid_from),
  CONSTRAINT fk_tax_rate_country FOREIGN KEY (country_code) REFERENCES country (alpha2),
  CONSTRAINT ck_tax_rate_percentage CHECK (percentage BETWEEN 0 AND 100)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Value added tax';

-- Another, with a check. Its rows are still being written: only dev has some.
CREATE TABLE dispute_reason (
  scheme_code VARCHAR(16) NOT NULL,
  code VARCHAR(8) NOT NULL,
  name VARCHAR(120) NOT NULL,
  answer_days SMALLINT UNSIGNED NOT NULL DEFAULT 30,
  PRIMARY KEY (scheme_code, code),
  CONSTRAINT fk_dispute_reason_scheme FOREIGN KEY (scheme_code) REFERENCES card_scheme (code),
  CONSTRAINT ck_dispute_reason_answer_days CHECK (answer_days BETWEEN 1 AND 120)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Invented codes';

-- A view that other views stand on gets a column.
CREATE OR REPLACE DEFINER = payments_objects@'%' SQL SECURITY INVOKER VIEW country_currency AS
  SELECT n.alpha2, n.alpha3, n.name AS country, n.flag, c.code AS currency_code, c.minor_units, c.name AS currency
  FROM country n
  JOIN active_currency c ON c.code = n.currency_code;

CREATE DEFINER = payments_objects@'%' SQL SECURITY INVOKER VIEW country_tax AS
  SELECT n.alpha2, n.country, t.kind, t.percentage, t.valid_from
  FROM country_currency n
  JOIN tax_rate t ON t.country_code = n.alpha2;

USE payments;

-- A dropped index: the longer one on the same column serves both.
ALTER TABLE payment DROP INDEX ix_payment_reference_prefix;

-- A member at the end of an enum, and another default.
ALTER TABLE payment
  MODIFY COLUMN status ENUM('authorised','captured','declined','refunded','disputed') NOT NULL,
  ALTER COLUMN capture_mode SET DEFAULT 'manual';

-- The next half year.
ALTER TABLE payment_event ADD PARTITION (PARTITION p2027h1 VALUES LESS THAN ('2027-07-01 00:00:00'));

-- Comments of a table and of a column.
ALTER TABLE card
  MODIFY COLUMN pan VARCHAR(19) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'test numbers only; leaves this table masked',
  COMMENT = 'Cards on file';

DELIMITER //

CREATE DEFINER = payments_objects@'%' TRIGGER customer_email_kept_lower BEFORE UPDATE ON customer FOR EACH ROW
BEGIN
  SET NEW.email = LOWER(NEW.email);
END//

DROP PROCEDURE refresh_merchant_day//

CREATE DEFINER = payments_objects@'%' PROCEDURE refresh_merchant_day(IN p_day DATE)
  MODIFIES SQL DATA
  COMMENT 'Counts refunded payments too: the refund is another line'
BEGIN
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  START TRANSACTION;
  DELETE FROM merchant_day WHERE day = p_day;
  INSERT INTO merchant_day (merchant_id, day, currency_code, payments, volume)
  SELECT merchant_id, p_day, currency_code, COUNT(*), SUM(amount)
  FROM payment
  WHERE created_at >= p_day AND created_at < p_day + INTERVAL 1 DAY AND status IN ('captured', 'refunded', 'disputed')
  GROUP BY merchant_id, currency_code;
  COMMIT;
END//

DELIMITER ;

CREATE OR REPLACE DEFINER = payments_objects@'%' SQL SECURITY INVOKER VIEW customer_overview AS
  SELECT c.id, c.full_name, c.status, n.country, n.alpha3, b.currency_code, b.balance
  FROM customer c
  LEFT JOIN refdata.country_currency n ON n.alpha2 = c.country_code
  LEFT JOIN customer_balance b ON b.customer_id = c.id;

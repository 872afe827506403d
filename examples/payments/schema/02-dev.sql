-- What dev's schema has that staging's has not. Run after prod.sql and 01-staging.sql.

SET NAMES utf8mb4 COLLATE utf8mb4_unicode_ci;
SET time_zone = '+00:00';

USE refdata;

-- A longer name: no row is rewritten.
ALTER TABLE currency MODIFY COLUMN name VARCHAR(120) NOT NULL;

DELIMITER //

DROP FUNCTION round_to_minor_units//

CREATE DEFINER = payments_objects@'%' FUNCTION round_to_minor_units(p_amount DECIMAL(30,8), p_currency CHAR(3)) RETURNS DECIMAL(30,8)
  READS SQL DATA
  COMMENT 'Unknown currencies have two decimals'
BEGIN
  DECLARE v_units TINYINT UNSIGNED;
  DECLARE CONTINUE HANDLER FOR NOT FOUND SET v_units = 2;
  SELECT minor_units INTO v_units FROM currency WHERE code = CONVERT(p_currency USING ascii);
  RETURN ROUND(p_amount, COALESCE(v_units, 2));
END//

CREATE DEFINER = payments_objects@'%' FUNCTION round_for_cash(p_amount DECIMAL(30,8), p_currency CHAR(3)) RETURNS DECIMAL(30,8)
  READS SQL DATA
BEGIN
  DECLARE v_step DECIMAL(9,4);
  DECLARE CONTINUE HANDLER FOR NOT FOUND SET v_step = NULL;
  SELECT cash_rounding INTO v_step FROM currency WHERE code = CONVERT(p_currency USING ascii);
  IF v_step IS NULL THEN
    RETURN round_to_minor_units(p_amount, p_currency);
  END IF;
  RETURN ROUND(p_amount / v_step) * v_step;
END//

DELIMITER ;

USE payments;

-- Another character set, and three more characters.
ALTER TABLE merchant
  MODIFY COLUMN descriptor VARCHAR(25) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL COMMENT 'on the card statement',
  ADD FULLTEXT KEY ft_merchant_legal_name (legal_name);

-- A generated column with a key on it.
ALTER TABLE card
  ADD COLUMN last4 CHAR(4) CHARACTER SET ascii COLLATE ascii_bin GENERATED ALWAYS AS (RIGHT(pan, 4)) VIRTUAL AFTER pan,
  ADD KEY ix_card_last4 (last4);

-- A wider key that a foreign key refers to.
ALTER TABLE payout DROP FOREIGN KEY fk_payout_batch;
ALTER TABLE settlement_batch MODIFY COLUMN id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT;
ALTER TABLE payout
  MODIFY COLUMN batch_id BIGINT UNSIGNED NOT NULL,
  ADD CONSTRAINT fk_payout_batch FOREIGN KEY (batch_id) REFERENCES settlement_batch (id);

-- An index on trial: invisible in MySQL's words, ignored in MariaDB's.
/*!80000 ALTER TABLE payment ALTER INDEX ix_payment_reference INVISIBLE */;
/*M!100600 ALTER TABLE payment ALTER INDEX ix_payment_reference IGNORED */;

-- A member at the end of a set, and a new column.
ALTER TABLE fee_rule
  MODIFY COLUMN channels SET('ecom','pos','moto','recurring') NOT NULL,
  ADD COLUMN minimum_amount DECIMAL(19,4) NULL AFTER fixed_amount;

ALTER TABLE notification_template
  MODIFY COLUMN channel ENUM('email','sms','push','webhook') NOT NULL,
  MODIFY COLUMN body MEDIUMTEXT NOT NULL;

ALTER TABLE feature_flag
  ADD COLUMN owner VARCHAR(40) NOT NULL DEFAULT 'payments' AFTER name,
  ADD KEY ix_feature_flag_owner (owner);

-- More of the same partitions.
ALTER TABLE audit_log ADD PARTITION PARTITIONS 4;

CREATE TABLE webhook_endpoint (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT,
  merchant_id INT UNSIGNED NOT NULL,
  url VARCHAR(400) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  secret_hash BINARY(32) NOT NULL,
  topics JSON NOT NULL DEFAULT ('[]'),
  active TINYINT(1) NOT NULL DEFAULT 1,
  PRIMARY KEY (id),
  UNIQUE KEY uq_webhook_endpoint (merchant_id, url(200)),
  CONSTRAINT fk_webhook_endpoint_merchant FOREIGN KEY (merchant_id) REFERENCES merchant (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE webhook_delivery (
  endpoint_id INT UNSIGNED NOT NULL,
  outbox_id BIGINT UNSIGNED NOT NULL,
  attempt TINYINT UNSIGNED NOT NULL,
  status_code SMALLINT UNSIGNED NULL COMMENT 'NULL: no answer',
  duration_ms INT UNSIGNED NOT NULL,
  sent_at DATETIME(3) NOT NULL,
  PRIMARY KEY (endpoint_id, outbox_id, attempt),
  KEY ix_webhook_delivery_outbox (outbox_id),
  CONSTRAINT fk_webhook_delivery_endpoint FOREIGN KEY (endpoint_id) REFERENCES webhook_endpoint (id),
  CONSTRAINT fk_webhook_delivery_outbox FOREIGN KEY (outbox_id) REFERENCES outbox (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

DELIMITER //

CREATE DEFINER = payments_objects@'%' TRIGGER customer_phone_digits BEFORE INSERT ON customer FOR EACH ROW FOLLOWS customer_email_lower
BEGIN
  SET NEW.phone = REPLACE(REPLACE(NEW.phone, ' ', ''), '-', '');
END//

DROP FUNCTION mask_pan//

CREATE DEFINER = payments_objects@'%' FUNCTION mask_pan(p_pan VARCHAR(19)) RETURNS VARCHAR(19) CHARSET utf8mb4
  DETERMINISTIC NO SQL
  COMMENT 'The first six and the last four digits may be shown'
BEGIN
  RETURN CONCAT(LEFT(p_pan, 6), REPEAT('*', CHAR_LENGTH(p_pan) - 10), RIGHT(p_pan, 4));
END//

CREATE DEFINER = payments_objects@'%' PROCEDURE retry_deliveries(IN p_endpoint INT UNSIGNED, IN p_attempts TINYINT UNSIGNED)
  READS SQL DATA
BEGIN
  SELECT outbox_id, MAX(attempt) AS attempts
  FROM webhook_delivery
  WHERE endpoint_id = p_endpoint
  GROUP BY outbox_id
  HAVING MAX(status_code = 200) = 0 AND MAX(attempt) < p_attempts;
END//

ALTER EVENT purge_idempotency_keys
  ON SCHEDULE EVERY 6 HOUR STARTS '2027-01-04 03:30:00'//

CREATE DEFINER = payments_objects@'%' EVENT refresh_yesterday
  ON SCHEDULE EVERY 1 DAY STARTS '2027-01-04 00:10:00'
  ON COMPLETION PRESERVE
  DISABLE
  DO
BEGIN
  CALL refresh_merchant_day(UTC_DATE() - INTERVAL 1 DAY);
END//

DELIMITER ;

CREATE OR REPLACE DEFINER = payments_objects@'%' SQL SECURITY INVOKER VIEW current_fee AS
  SELECT s.code, s.currency_code, r.line_no, r.region, r.channels, r.percentage, r.fixed_amount, r.minimum_amount
  FROM fee_schedule s
  JOIN fee_rule r ON r.schedule_id = s.id
  WHERE s.valid_to IS NULL;

CREATE DEFINER = payments_objects@'%' SQL SECURITY INVOKER VIEW fee_card AS
  SELECT f.code, f.line_no, f.region, c.name AS currency, f.percentage, refdata.round_to_minor_units(f.fixed_amount, c.code) AS fixed_amount
  FROM current_fee f
  JOIN refdata.active_currency c ON c.code = f.currency_code;

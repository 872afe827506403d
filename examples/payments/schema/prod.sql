-- The schema of production: the base that staging and dev are ahead of.
-- Loads on MySQL 8.0 and later and on MariaDB 10.6 and later.

SET NAMES utf8mb4 COLLATE utf8mb4_unicode_ci;
SET time_zone = '+00:00';

CREATE DATABASE refdata CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
CREATE DATABASE payments CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- ---------------------------------------------------------------------------
-- refdata: what the whole company shares. No table here describes a person.
-- ---------------------------------------------------------------------------
USE refdata;

CREATE TABLE holiday_calendar (
  id SMALLINT UNSIGNED NOT NULL,
  code VARCHAR(16) NOT NULL,
  name VARCHAR(80) NOT NULL,
  time_zone VARCHAR(40) NOT NULL,
  main_currency CHAR(3) CHARACTER SET ascii COLLATE ascii_bin NULL,
  fallback_id SMALLINT UNSIGNED NULL COMMENT 'calendar to use for days that this one does not list',
  PRIMARY KEY (id),
  UNIQUE KEY uq_holiday_calendar_code (code),
  KEY ix_holiday_calendar_currency (main_currency),
  KEY ix_holiday_calendar_fallback (fallback_id),
  CONSTRAINT fk_holiday_calendar_fallback FOREIGN KEY (fallback_id) REFERENCES holiday_calendar (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Settlement calendars';

CREATE TABLE currency (
  code CHAR(3) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'ISO 4217 alphabetic code',
  numeric_code CHAR(3) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'ISO 4217 numeric code, shared by some successors',
  name VARCHAR(80) NOT NULL,
  symbol VARCHAR(8) NULL COMMENT 'NULL: shown by its code',
  minor_units TINYINT UNSIGNED NULL COMMENT 'NULL: the standard gives none',
  kind ENUM('tender','fund','metal','unit') NOT NULL DEFAULT 'tender',
  settlement_calendar_id SMALLINT UNSIGNED NULL,
  withdrawn_on DATE NULL,
  updated_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY (code),
  KEY ix_currency_numeric (numeric_code),
  KEY ix_currency_calendar (settlement_calendar_id),
  CONSTRAINT fk_currency_calendar FOREIGN KEY (settlement_calendar_id) REFERENCES holiday_calendar (id),
  CONSTRAINT ck_currency_minor_units CHECK (minor_units <= 4)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='ISO 4217';

ALTER TABLE holiday_calendar
  ADD CONSTRAINT fk_holiday_calendar_currency FOREIGN KEY (main_currency) REFERENCES currency (code);

CREATE TABLE holiday (
  calendar_id SMALLINT UNSIGNED NOT NULL,
  day DATE NOT NULL,
  name VARCHAR(120) NOT NULL,
  PRIMARY KEY (calendar_id, day),
  CONSTRAINT fk_holiday_calendar FOREIGN KEY (calendar_id) REFERENCES holiday_calendar (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE country (
  alpha2 CHAR(2) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'ISO 3166-1',
  alpha3 CHAR(3) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  numeric_code CHAR(3) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  name VARCHAR(80) NOT NULL,
  official_name VARCHAR(120) NULL,
  flag VARCHAR(4) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'two regional indicator symbols',
  currency_code CHAR(3) CHARACTER SET ascii COLLATE ascii_bin NULL,
  in_eea TINYINT(1) NOT NULL DEFAULT 0 COMMENT 'European Economic Area',
  updated_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY (alpha2),
  UNIQUE KEY uq_country_alpha3 (alpha3),
  UNIQUE KEY uq_country_numeric (numeric_code),
  KEY ix_country_currency (currency_code),
  CONSTRAINT fk_country_currency FOREIGN KEY (currency_code) REFERENCES currency (code)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='ISO 3166-1';

CREATE TABLE subdivision (
  code VARCHAR(6) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'ISO 3166-2',
  country_code CHAR(2) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  parent_code VARCHAR(6) CHARACTER SET ascii COLLATE ascii_bin NULL,
  name VARCHAR(120) NOT NULL,
  category VARCHAR(60) NOT NULL,
  PRIMARY KEY (code),
  KEY ix_subdivision_country (country_code, name),
  KEY ix_subdivision_parent (parent_code),
  CONSTRAINT fk_subdivision_country FOREIGN KEY (country_code) REFERENCES country (alpha2),
  CONSTRAINT fk_subdivision_parent FOREIGN KEY (parent_code) REFERENCES subdivision (code)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='ISO 3166-2, the countries we serve by region';

CREATE TABLE merchant_category (
  id SMALLINT UNSIGNED NOT NULL AUTO_INCREMENT,
  code VARCHAR(9) NOT NULL COMMENT 'ISO 18245 code, or the range of a block',
  parent_id SMALLINT UNSIGNED NULL,
  name VARCHAR(150) NOT NULL,
  risk ENUM('low','medium','high') NOT NULL DEFAULT 'low' COMMENT 'invented for the example',
  PRIMARY KEY (id),
  UNIQUE KEY uq_merchant_category_code (code),
  KEY ix_merchant_category_parent (parent_id),
  CONSTRAINT fk_merchant_category_parent FOREIGN KEY (parent_id) REFERENCES merchant_category (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='ISO 18245 merchant category codes in blocks';

CREATE TABLE card_scheme (
  code VARCHAR(16) NOT NULL,
  name VARCHAR(60) NOT NULL,
  colour BINARY(3) NOT NULL COMMENT 'red, green, blue',
  lengths SET('13','14','15','16','17','18','19') NOT NULL,
  PRIMARY KEY (code)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE bin_range (
  first_number BIGINT UNSIGNED NOT NULL COMMENT 'padded to 19 digits',
  last_number BIGINT UNSIGNED NOT NULL,
  scheme_code VARCHAR(16) NOT NULL,
  PRIMARY KEY (first_number),
  UNIQUE KEY uq_bin_range_last (last_number),
  KEY ix_bin_range_scheme (scheme_code),
  CONSTRAINT fk_bin_range_scheme FOREIGN KEY (scheme_code) REFERENCES card_scheme (code) ON UPDATE CASCADE,
  CONSTRAINT ck_bin_range_order CHECK (first_number <= last_number)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE decline_code (
  code CHAR(2) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'ISO 8583 field 39',
  meaning VARCHAR(80) NOT NULL,
  action ENUM('approve','retry','stop','call','capture') NOT NULL,
  retry_after TIME NULL COMMENT 'NULL: never retry',
  PRIMARY KEY (code)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE decline_text (
  code CHAR(2) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  locale VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  message VARCHAR(200) NOT NULL,
  hint VARCHAR(200) NULL COMMENT 'NULL: not written yet, empty: none wanted',
  PRIMARY KEY (code, locale),
  CONSTRAINT fk_decline_text_code FOREIGN KEY (code) REFERENCES decline_code (code) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE iban_format (
  country_code CHAR(2) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  iban_length TINYINT UNSIGNED NOT NULL,
  structure VARCHAR(40) NOT NULL COMMENT 'BBAN, as in the IBAN registry',
  in_sepa TINYINT(1) NOT NULL,
  PRIMARY KEY (country_code),
  CONSTRAINT fk_iban_format_country FOREIGN KEY (country_code) REFERENCES country (alpha2)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE exchange_margin (
  base_code CHAR(3) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  quote_code CHAR(3) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  margin DECIMAL(12,8) NOT NULL,
  PRIMARY KEY (base_code, quote_code),
  KEY ix_exchange_margin_quote (quote_code),
  CONSTRAINT fk_exchange_margin_base FOREIGN KEY (base_code) REFERENCES currency (code),
  CONSTRAINT fk_exchange_margin_quote FOREIGN KEY (quote_code) REFERENCES currency (code)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE settlement_window (
  calendar_id SMALLINT UNSIGNED NOT NULL,
  currency_code CHAR(3) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  opens_at TIME NOT NULL COMMENT 'relative to the settlement day, negative: the evening before',
  closes_at TIME(3) NOT NULL COMMENT 'may lie beyond 24 hours',
  weekdays BIT(7) NOT NULL COMMENT 'bit 0 is Monday',
  since YEAR NOT NULL,
  PRIMARY KEY (calendar_id, currency_code),
  KEY ix_settlement_window_currency (currency_code),
  CONSTRAINT fk_settlement_window_calendar FOREIGN KEY (calendar_id) REFERENCES holiday_calendar (id),
  CONSTRAINT fk_settlement_window_currency FOREIGN KEY (currency_code) REFERENCES currency (code)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE change_log (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  table_name VARCHAR(64) NOT NULL,
  row_key VARCHAR(200) NOT NULL,
  changed_by VARCHAR(128) NOT NULL,
  changed_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  PRIMARY KEY (id),
  KEY ix_change_log_table (table_name, changed_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Who touched reference data in this environment; stays here';

DELIMITER //

CREATE DEFINER = payments_objects@'%' TRIGGER currency_logged AFTER UPDATE ON currency FOR EACH ROW
BEGIN
  INSERT INTO change_log (table_name, row_key, changed_by) VALUES ('currency', NEW.code, CURRENT_USER());
END//

CREATE DEFINER = payments_objects@'%' FUNCTION is_business_day(p_calendar SMALLINT UNSIGNED, p_day DATE) RETURNS TINYINT(1)
  READS SQL DATA
  COMMENT 'A weekday that the calendar does not list as a holiday'
BEGIN
  IF WEEKDAY(p_day) >= 5 THEN
    RETURN 0;
  END IF;
  RETURN NOT EXISTS (SELECT 1 FROM holiday WHERE calendar_id = p_calendar AND day = p_day);
END//

CREATE DEFINER = payments_objects@'%' FUNCTION next_business_day(p_calendar SMALLINT UNSIGNED, p_day DATE) RETURNS DATE
  READS SQL DATA
BEGIN
  DECLARE v_day DATE DEFAULT p_day + INTERVAL 1 DAY;
  WHILE NOT is_business_day(p_calendar, v_day) DO
    SET v_day = v_day + INTERVAL 1 DAY;
  END WHILE;
  RETURN v_day;
END//

CREATE DEFINER = payments_objects@'%' FUNCTION round_to_minor_units(p_amount DECIMAL(30,8), p_currency CHAR(3)) RETURNS DECIMAL(30,8)
  READS SQL DATA
BEGIN
  DECLARE v_units TINYINT UNSIGNED;
  SELECT minor_units INTO v_units FROM currency WHERE code = CONVERT(p_currency USING ascii);
  RETURN ROUND(p_amount, COALESCE(v_units, 2));
END//

DELIMITER ;

CREATE DEFINER = payments_objects@'%' SQL SECURITY INVOKER VIEW active_currency AS
  SELECT code, numeric_code, name, symbol, minor_units, settlement_calendar_id
  FROM currency
  WHERE withdrawn_on IS NULL AND kind = 'tender';

CREATE DEFINER = payments_objects@'%' SQL SECURITY INVOKER VIEW country_currency AS
  SELECT n.alpha2, n.name AS country, n.flag, c.code AS currency_code, c.minor_units
  FROM country n
  JOIN active_currency c ON c.code = n.currency_code;

CREATE DEFINER = payments_objects@'%' SQL SECURITY INVOKER VIEW merchant_category_path AS
  SELECT m.id, m.code, m.name, p.code AS block_code, p.name AS block_name
  FROM merchant_category m
  LEFT JOIN merchant_category p ON p.id = m.parent_id;

-- ---------------------------------------------------------------------------
-- payments, part 1: configuration. Reference tables of the payments service.
-- ---------------------------------------------------------------------------
USE payments;

CREATE TABLE fee_schedule (
  id BINARY(16) NOT NULL COMMENT 'UUID',
  code VARCHAR(40) NOT NULL,
  name VARCHAR(80) NOT NULL,
  currency_code CHAR(3) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  valid_from DATETIME(6) NOT NULL,
  valid_to DATETIME(6) NULL,
  note TEXT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY uq_fee_schedule_code (code),
  KEY ix_fee_schedule_currency (currency_code),
  CONSTRAINT fk_fee_schedule_currency FOREIGN KEY (currency_code) REFERENCES refdata.currency (code)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE fee_rule (
  schedule_id BINARY(16) NOT NULL,
  line_no SMALLINT UNSIGNED NOT NULL,
  category_id SMALLINT UNSIGNED NULL COMMENT 'NULL: any category',
  region ENUM('domestic','eea','international') NOT NULL,
  channels SET('ecom','pos','moto') NOT NULL,
  percentage DECIMAL(9,6) NOT NULL,
  fixed_amount DECIMAL(19,4) NOT NULL DEFAULT 0.0000,
  conditions JSON NULL,
  PRIMARY KEY (schedule_id, line_no),
  KEY ix_fee_rule_category (category_id),
  CONSTRAINT fk_fee_rule_schedule FOREIGN KEY (schedule_id) REFERENCES fee_schedule (id),
  CONSTRAINT fk_fee_rule_category FOREIGN KEY (category_id) REFERENCES refdata.merchant_category (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE interchange_rate (
  scheme_code VARCHAR(16) NOT NULL,
  product ENUM('consumer_debit','consumer_credit','commercial') NOT NULL,
  region ENUM('domestic','eea','international') NOT NULL,
  effective_from DATE NOT NULL,
  percentage DECIMAL(9,6) NOT NULL,
  cap_amount DECIMAL(19,4) NULL,
  PRIMARY KEY (scheme_code, product, region, effective_from),
  CONSTRAINT fk_interchange_rate_scheme FOREIGN KEY (scheme_code) REFERENCES refdata.card_scheme (code)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Invented rates';

CREATE TABLE risk_rule (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT,
  name VARCHAR(80) NOT NULL,
  position SMALLINT UNSIGNED NOT NULL COMMENT 'rules run in this order',
  weight DOUBLE NOT NULL,
  expression JSON NOT NULL,
  enabled TINYINT(1) NOT NULL DEFAULT 1,
  PRIMARY KEY (id),
  UNIQUE KEY uq_risk_rule_name (name),
  UNIQUE KEY uq_risk_rule_position (position)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE feature_flag (
  name VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  enabled TINYINT(1) NOT NULL DEFAULT 0,
  rollout_percent DECIMAL(5,2) NOT NULL DEFAULT 0.00,
  audience JSON NULL,
  note VARCHAR(200) NULL,
  created_at DATETIME(6) NOT NULL,
  PRIMARY KEY (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE feature_flag_requirement (
  flag_name VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  required_name VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  PRIMARY KEY (flag_name, required_name),
  KEY ix_feature_flag_requirement_required (required_name),
  CONSTRAINT fk_requirement_flag FOREIGN KEY (flag_name) REFERENCES feature_flag (name) ON DELETE CASCADE,
  CONSTRAINT fk_requirement_required FOREIGN KEY (required_name) REFERENCES feature_flag (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE notification_template (
  template_key VARCHAR(60) NOT NULL,
  locale VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  channel ENUM('email','sms','push') NOT NULL,
  subject VARCHAR(120) NULL COMMENT 'NULL: the channel has none, empty: left blank on purpose',
  body TEXT NOT NULL,
  PRIMARY KEY (template_key, locale, channel)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE app_setting (
  scope ENUM('global','environment') NOT NULL COMMENT 'environment: this server only, never copied',
  name VARCHAR(80) NOT NULL,
  value TEXT NULL,
  PRIMARY KEY (scope, name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE provider (
  code VARCHAR(30) NOT NULL,
  name VARCHAR(80) NOT NULL,
  base_url VARCHAR(200) NOT NULL DEFAULT '' COMMENT 'differs by environment',
  timeout_ms INT UNSIGNED NOT NULL DEFAULT 5000,
  updated_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),
  PRIMARY KEY (code)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE provider_route (
  scheme_code VARCHAR(16) NOT NULL,
  currency_code CHAR(3) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  priority TINYINT NOT NULL,
  provider_code VARCHAR(30) NOT NULL,
  PRIMARY KEY (scheme_code, currency_code, priority),
  UNIQUE KEY uq_provider_route (scheme_code, currency_code, provider_code),
  KEY ix_provider_route_currency (currency_code),
  KEY ix_provider_route_provider (provider_code),
  CONSTRAINT fk_provider_route_scheme FOREIGN KEY (scheme_code) REFERENCES refdata.card_scheme (code),
  CONSTRAINT fk_provider_route_currency FOREIGN KEY (currency_code) REFERENCES refdata.currency (code),
  CONSTRAINT fk_provider_route_provider FOREIGN KEY (provider_code) REFERENCES provider (code)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- ---------------------------------------------------------------------------
-- payments, part 2: people, money and what happened. Never read by lockstep.
-- ---------------------------------------------------------------------------

CREATE TABLE customer (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  public_id BINARY(16) NOT NULL,
  full_name VARCHAR(120) NOT NULL,
  email VARCHAR(160) NOT NULL,
  phone VARCHAR(24) NULL,
  born_on DATE NULL,
  country_code CHAR(2) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  status ENUM('pending','active','blocked','closed') NOT NULL DEFAULT 'pending',
  created_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  PRIMARY KEY (id),
  UNIQUE KEY uq_customer_public_id (public_id),
  UNIQUE KEY uq_customer_email (email),
  KEY ix_customer_country (country_code),
  CONSTRAINT fk_customer_country FOREIGN KEY (country_code) REFERENCES refdata.country (alpha2)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE customer_address (
  customer_id BIGINT UNSIGNED NOT NULL,
  kind ENUM('home','billing','shipping') NOT NULL,
  street VARCHAR(160) NOT NULL,
  city VARCHAR(80) NOT NULL,
  postcode VARCHAR(16) NULL,
  country_code CHAR(2) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (customer_id, kind),
  KEY ix_customer_address_country (country_code),
  CONSTRAINT fk_customer_address_customer FOREIGN KEY (customer_id) REFERENCES customer (id) ON DELETE CASCADE,
  CONSTRAINT fk_customer_address_country FOREIGN KEY (country_code) REFERENCES refdata.country (alpha2)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE kyc_check (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  customer_id BIGINT UNSIGNED NOT NULL,
  document_kind ENUM('passport','identity_card','licence') NOT NULL,
  document_number VARCHAR(40) NOT NULL,
  document_scan MEDIUMBLOB NULL,
  outcome ENUM('open','passed','failed') NOT NULL DEFAULT 'open',
  checked_at DATETIME NULL,
  PRIMARY KEY (id),
  KEY ix_kyc_check_customer (customer_id),
  CONSTRAINT fk_kyc_check_customer FOREIGN KEY (customer_id) REFERENCES customer (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE account (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  iban VARCHAR(34) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  currency_code CHAR(3) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  status ENUM('open','frozen','closed') NOT NULL DEFAULT 'open',
  overdraft_limit DECIMAL(19,4) NOT NULL DEFAULT 0.0000,
  opened_on DATE NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY uq_account_iban (iban),
  KEY ix_account_currency (currency_code),
  CONSTRAINT fk_account_currency FOREIGN KEY (currency_code) REFERENCES refdata.currency (code)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE account_holder (
  account_id BIGINT UNSIGNED NOT NULL,
  customer_id BIGINT UNSIGNED NOT NULL,
  role ENUM('owner','joint','viewer') NOT NULL DEFAULT 'owner',
  PRIMARY KEY (account_id, customer_id),
  KEY ix_account_holder_customer (customer_id),
  CONSTRAINT fk_account_holder_account FOREIGN KEY (account_id) REFERENCES account (id),
  CONSTRAINT fk_account_holder_customer FOREIGN KEY (customer_id) REFERENCES customer (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE card (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  customer_id BIGINT UNSIGNED NOT NULL,
  pan VARCHAR(19) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'test numbers only',
  scheme_code VARCHAR(16) NOT NULL,
  expiry_year YEAR NOT NULL,
  expiry_month TINYINT UNSIGNED NOT NULL,
  holder_name VARCHAR(60) CHARACTER SET latin1 COLLATE latin1_swedish_ci NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY uq_card_pan (pan),
  KEY ix_card_customer (customer_id),
  KEY ix_card_scheme (scheme_code),
  CONSTRAINT fk_card_customer FOREIGN KEY (customer_id) REFERENCES customer (id),
  CONSTRAINT fk_card_scheme FOREIGN KEY (scheme_code) REFERENCES refdata.card_scheme (code)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE merchant (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT,
  legal_name VARCHAR(120) NOT NULL,
  descriptor VARCHAR(22) CHARACTER SET latin1 COLLATE latin1_swedish_ci NOT NULL COMMENT 'on the card statement',
  category_id SMALLINT UNSIGNED NOT NULL,
  country_code CHAR(2) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  fee_schedule_id BINARY(16) NOT NULL,
  onboarded_on DATE NOT NULL,
  PRIMARY KEY (id),
  KEY ix_merchant_category (category_id),
  KEY ix_merchant_country (country_code),
  KEY ix_merchant_fee_schedule (fee_schedule_id),
  CONSTRAINT fk_merchant_category FOREIGN KEY (category_id) REFERENCES refdata.merchant_category (id),
  CONSTRAINT fk_merchant_country FOREIGN KEY (country_code) REFERENCES refdata.country (alpha2),
  CONSTRAINT fk_merchant_fee_schedule FOREIGN KEY (fee_schedule_id) REFERENCES fee_schedule (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE terminal (
  id CHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  merchant_id INT UNSIGNED NOT NULL,
  installed_on DATE NOT NULL,
  PRIMARY KEY (id),
  KEY ix_terminal_merchant (merchant_id),
  CONSTRAINT fk_terminal_merchant FOREIGN KEY (merchant_id) REFERENCES merchant (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE api_credential (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT,
  merchant_id INT UNSIGNED NOT NULL,
  key_hash BINARY(32) NOT NULL,
  label VARCHAR(60) NOT NULL DEFAULT '',
  revoked_at DATETIME NULL,
  PRIMARY KEY (id),
  UNIQUE KEY uq_api_credential_hash (key_hash),
  KEY ix_api_credential_merchant (merchant_id),
  CONSTRAINT fk_api_credential_merchant FOREIGN KEY (merchant_id) REFERENCES merchant (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE payment (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  merchant_id INT UNSIGNED NOT NULL,
  card_id BIGINT UNSIGNED NOT NULL,
  amount DECIMAL(19,4) NOT NULL,
  currency_code CHAR(3) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  status ENUM('authorised','captured','declined','refunded') NOT NULL,
  decline_code CHAR(2) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  capture_mode ENUM('automatic','manual') NOT NULL DEFAULT 'automatic',
  reference VARCHAR(40) NOT NULL,
  created_at DATETIME(6) NOT NULL,
  PRIMARY KEY (id),
  KEY ix_payment_merchant_created (merchant_id, created_at),
  KEY ix_payment_card (card_id),
  KEY ix_payment_currency (currency_code),
  KEY ix_payment_decline (decline_code),
  KEY ix_payment_reference (reference),
  KEY ix_payment_reference_prefix (reference(8)),
  CONSTRAINT fk_payment_merchant FOREIGN KEY (merchant_id) REFERENCES merchant (id),
  CONSTRAINT fk_payment_card FOREIGN KEY (card_id) REFERENCES card (id),
  CONSTRAINT fk_payment_currency FOREIGN KEY (currency_code) REFERENCES refdata.currency (code),
  CONSTRAINT fk_payment_decline FOREIGN KEY (decline_code) REFERENCES refdata.decline_code (code)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE payment_event (
  payment_id BIGINT UNSIGNED NOT NULL,
  happened_at DATETIME(6) NOT NULL,
  kind VARCHAR(30) NOT NULL,
  detail JSON NULL,
  PRIMARY KEY (payment_id, happened_at, kind)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
PARTITION BY RANGE COLUMNS (happened_at) (
  PARTITION p2025 VALUES LESS THAN ('2026-01-01 00:00:00'),
  PARTITION p2026h1 VALUES LESS THAN ('2026-07-01 00:00:00'),
  PARTITION p2026h2 VALUES LESS THAN ('2027-01-01 00:00:00')
);

CREATE TABLE refund (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  payment_id BIGINT UNSIGNED NOT NULL,
  amount DECIMAL(19,4) NOT NULL,
  reason VARCHAR(120) NOT NULL DEFAULT '',
  created_at DATETIME(6) NOT NULL,
  PRIMARY KEY (id),
  KEY ix_refund_payment (payment_id),
  CONSTRAINT fk_refund_payment FOREIGN KEY (payment_id) REFERENCES payment (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE dispute (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  payment_id BIGINT UNSIGNED NOT NULL,
  reason_code VARCHAR(8) NOT NULL,
  opened_on DATE NOT NULL,
  answer_by DATE GENERATED ALWAYS AS (opened_on + INTERVAL 30 DAY) STORED,
  evidence LONGTEXT NULL,
  PRIMARY KEY (id),
  KEY ix_dispute_payment (payment_id),
  KEY ix_dispute_answer_by (answer_by),
  CONSTRAINT fk_dispute_payment FOREIGN KEY (payment_id) REFERENCES payment (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE settlement_batch (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT,
  merchant_id INT UNSIGNED NOT NULL,
  currency_code CHAR(3) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  settles_on DATE NOT NULL,
  gross DECIMAL(19,4) NOT NULL DEFAULT 0.0000,
  fees DECIMAL(19,4) NOT NULL DEFAULT 0.0000,
  net DECIMAL(19,4) GENERATED ALWAYS AS (gross - fees) VIRTUAL,
  closed_at DATETIME NULL,
  PRIMARY KEY (id),
  UNIQUE KEY uq_settlement_batch (merchant_id, currency_code, settles_on),
  KEY ix_settlement_batch_currency (currency_code),
  CONSTRAINT fk_settlement_batch_merchant FOREIGN KEY (merchant_id) REFERENCES merchant (id),
  CONSTRAINT fk_settlement_batch_currency FOREIGN KEY (currency_code) REFERENCES refdata.currency (code)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE payout (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  batch_id INT UNSIGNED NOT NULL,
  account_id BIGINT UNSIGNED NOT NULL,
  amount DECIMAL(19,4) NOT NULL,
  sent_at DATETIME(3) NULL,
  PRIMARY KEY (id),
  KEY ix_payout_batch (batch_id),
  KEY ix_payout_account (account_id),
  CONSTRAINT fk_payout_batch FOREIGN KEY (batch_id) REFERENCES settlement_batch (id),
  CONSTRAINT fk_payout_account FOREIGN KEY (account_id) REFERENCES account (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE ledger_account (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT,
  account_id BIGINT UNSIGNED NULL COMMENT 'NULL: one of our own',
  name VARCHAR(80) NOT NULL,
  currency_code CHAR(3) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  side ENUM('asset','liability','income','expense') NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY uq_ledger_account_name (name, currency_code),
  KEY ix_ledger_account_account (account_id),
  KEY ix_ledger_account_currency (currency_code),
  CONSTRAINT fk_ledger_account_account FOREIGN KEY (account_id) REFERENCES account (id),
  CONSTRAINT fk_ledger_account_currency FOREIGN KEY (currency_code) REFERENCES refdata.currency (code)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE ledger_entry (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  payment_id BIGINT UNSIGNED NULL,
  booked_at DATETIME(6) NOT NULL,
  narrative VARCHAR(160) NOT NULL,
  PRIMARY KEY (id),
  KEY ix_ledger_entry_payment (payment_id),
  CONSTRAINT fk_ledger_entry_payment FOREIGN KEY (payment_id) REFERENCES payment (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE ledger_posting (
  entry_id BIGINT UNSIGNED NOT NULL,
  line_no TINYINT UNSIGNED NOT NULL,
  ledger_account_id INT UNSIGNED NOT NULL,
  amount DECIMAL(19,4) NOT NULL COMMENT 'debit positive, credit negative',
  PRIMARY KEY (entry_id, line_no),
  KEY ix_ledger_posting_account (ledger_account_id),
  CONSTRAINT fk_ledger_posting_entry FOREIGN KEY (entry_id) REFERENCES ledger_entry (id),
  CONSTRAINT fk_ledger_posting_account FOREIGN KEY (ledger_account_id) REFERENCES ledger_account (id),
  CONSTRAINT ck_ledger_posting_amount CHECK (amount <> 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE idempotency_key (
  request_key VARBINARY(64) NOT NULL,
  merchant_id INT UNSIGNED NOT NULL,
  response JSON NULL,
  expires_at DATETIME NOT NULL,
  PRIMARY KEY (request_key),
  KEY ix_idempotency_key_expires (expires_at),
  KEY ix_idempotency_key_merchant (merchant_id),
  CONSTRAINT fk_idempotency_key_merchant FOREIGN KEY (merchant_id) REFERENCES merchant (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE outbox (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  topic VARCHAR(60) NOT NULL,
  payload JSON NOT NULL,
  created_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE audit_log (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  actor VARCHAR(128) NOT NULL,
  action VARCHAR(60) NOT NULL,
  subject VARCHAR(120) NOT NULL,
  created_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  PRIMARY KEY (id),
  KEY ix_audit_log_subject (subject)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
PARTITION BY HASH (id) PARTITIONS 4;

CREATE TABLE fraud_alert (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  payment_id BIGINT UNSIGNED NOT NULL,
  rule_id INT UNSIGNED NOT NULL,
  score DOUBLE NOT NULL,
  raised_at DATETIME NOT NULL,
  PRIMARY KEY (id),
  KEY ix_fraud_alert_payment (payment_id),
  KEY ix_fraud_alert_rule (rule_id),
  CONSTRAINT fk_fraud_alert_payment FOREIGN KEY (payment_id) REFERENCES payment (id),
  CONSTRAINT fk_fraud_alert_rule FOREIGN KEY (rule_id) REFERENCES risk_rule (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE merchant_day (
  merchant_id INT UNSIGNED NOT NULL,
  day DATE NOT NULL,
  currency_code CHAR(3) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  payments INT UNSIGNED NOT NULL,
  volume DECIMAL(19,4) NOT NULL,
  PRIMARY KEY (merchant_id, day, currency_code),
  KEY ix_merchant_day_currency (currency_code),
  CONSTRAINT fk_merchant_day_merchant FOREIGN KEY (merchant_id) REFERENCES merchant (id),
  CONSTRAINT fk_merchant_day_currency FOREIGN KEY (currency_code) REFERENCES refdata.currency (code)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- ---------------------------------------------------------------------------
-- payments, part 3: routines, triggers, events and views.
-- ---------------------------------------------------------------------------
DELIMITER //

CREATE DEFINER = payments_objects@'%' FUNCTION luhn_valid(p_number VARCHAR(19)) RETURNS TINYINT(1)
  DETERMINISTIC NO SQL
  COMMENT 'ISO/IEC 7812-1, annex B'
BEGIN
  DECLARE v_sum INT DEFAULT 0;
  DECLARE v_at INT DEFAULT CHAR_LENGTH(p_number);
  DECLARE v_double TINYINT DEFAULT 0;
  DECLARE v_digit INT;
  WHILE v_at > 0 DO
    SET v_digit = CAST(SUBSTRING(p_number, v_at, 1) AS UNSIGNED) * (1 + v_double);
    SET v_sum = v_sum + IF(v_digit > 9, v_digit - 9, v_digit);
    SET v_double = 1 - v_double;
    SET v_at = v_at - 1;
  END WHILE;
  RETURN v_sum > 0 AND v_sum % 10 = 0;
END//

CREATE DEFINER = payments_objects@'%' FUNCTION mask_pan(p_pan VARCHAR(19)) RETURNS VARCHAR(19) CHARSET utf8mb4
  DETERMINISTIC NO SQL
BEGIN
  RETURN CONCAT(REPEAT('*', CHAR_LENGTH(p_pan) - 4), RIGHT(p_pan, 4));
END//

CREATE DEFINER = payments_objects@'%' FUNCTION scheme_of(p_pan VARCHAR(19)) RETURNS VARCHAR(16) CHARSET utf8mb4
  READS SQL DATA
BEGIN
  DECLARE v_number BIGINT UNSIGNED DEFAULT CAST(RPAD(p_pan, 19, '0') AS UNSIGNED);
  DECLARE v_scheme VARCHAR(16);
  SELECT scheme_code INTO v_scheme FROM refdata.bin_range
  WHERE first_number <= v_number AND last_number >= v_number
  ORDER BY first_number DESC LIMIT 1;
  RETURN v_scheme;
END//

CREATE DEFINER = payments_objects@'%' FUNCTION fee_for(p_schedule BINARY(16), p_region VARCHAR(16), p_amount DECIMAL(19,4)) RETURNS DECIMAL(19,4)
  READS SQL DATA
BEGIN
  DECLARE v_fee DECIMAL(19,4);
  SELECT ROUND(p_amount * percentage / 100 + fixed_amount, 4) INTO v_fee
  FROM fee_rule
  WHERE schedule_id = p_schedule AND region = p_region AND category_id IS NULL
  ORDER BY line_no LIMIT 1;
  RETURN COALESCE(v_fee, 0);
END//

CREATE DEFINER = payments_objects@'%' PROCEDURE book_payment(IN p_payment BIGINT UNSIGNED, IN p_debit INT UNSIGNED, IN p_credit INT UNSIGNED)
  MODIFIES SQL DATA
  COMMENT 'Books a captured payment as one balanced entry'
BEGIN
  DECLARE v_entry BIGINT UNSIGNED;
  DECLARE v_amount DECIMAL(19,4);
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  SELECT amount INTO v_amount FROM payment WHERE id = p_payment AND status = 'captured';
  START TRANSACTION;
  INSERT INTO ledger_entry (payment_id, booked_at, narrative) VALUES (p_payment, NOW(6), 'capture');
  SET v_entry = LAST_INSERT_ID();
  INSERT INTO ledger_posting (entry_id, line_no, ledger_account_id, amount)
  VALUES (v_entry, 1, p_debit, v_amount), (v_entry, 2, p_credit, -v_amount);
  COMMIT;
END//

CREATE DEFINER = payments_objects@'%' PROCEDURE close_batch(IN p_batch INT UNSIGNED, OUT p_net DECIMAL(19,4))
  MODIFIES SQL DATA
BEGIN
  UPDATE settlement_batch SET closed_at = UTC_TIMESTAMP() WHERE id = p_batch AND closed_at IS NULL;
  SELECT net INTO p_net FROM settlement_batch WHERE id = p_batch;
END//

CREATE DEFINER = payments_objects@'%' PROCEDURE refresh_merchant_day(IN p_day DATE)
  MODIFIES SQL DATA
BEGIN
  DELETE FROM merchant_day WHERE day = p_day;
  INSERT INTO merchant_day (merchant_id, day, currency_code, payments, volume)
  SELECT merchant_id, p_day, currency_code, COUNT(*), SUM(amount)
  FROM payment
  WHERE created_at >= p_day AND created_at < p_day + INTERVAL 1 DAY AND status = 'captured'
  GROUP BY merchant_id, currency_code;
END//

CREATE DEFINER = payments_objects@'%' TRIGGER customer_email_lower BEFORE INSERT ON customer FOR EACH ROW
BEGIN
  SET NEW.email = LOWER(NEW.email);
END//

CREATE DEFINER = payments_objects@'%' TRIGGER card_number_checked BEFORE INSERT ON card FOR EACH ROW
BEGIN
  IF NOT luhn_valid(NEW.pan) THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'card number fails its check digit';
  END IF;
END//

CREATE DEFINER = payments_objects@'%' TRIGGER payment_announced AFTER INSERT ON payment FOR EACH ROW
BEGIN
  INSERT INTO outbox (topic, payload)
  VALUES ('payment.created', JSON_OBJECT('payment', NEW.id, 'status', NEW.status));
END//

CREATE DEFINER = payments_objects@'%' TRIGGER ledger_posting_kept BEFORE DELETE ON ledger_posting FOR EACH ROW
BEGIN
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the ledger is only ever added to';
END//

CREATE DEFINER = payments_objects@'%' TRIGGER fee_rule_logged AFTER UPDATE ON fee_rule FOR EACH ROW
BEGIN
  INSERT INTO refdata.change_log (table_name, row_key, changed_by)
  VALUES ('fee_rule', CONCAT(HEX(NEW.schedule_id), '/', NEW.line_no), CURRENT_USER());
END//

CREATE DEFINER = payments_objects@'%' EVENT purge_idempotency_keys
  ON SCHEDULE EVERY 1 DAY STARTS '2027-01-04 03:30:00'
  ON COMPLETION PRESERVE
  COMMENT 'Keys are kept for a day after they expire'
  DO
BEGIN
  DELETE FROM idempotency_key WHERE expires_at < UTC_TIMESTAMP() - INTERVAL 1 DAY;
END//

DELIMITER ;

CREATE DEFINER = payments_objects@'%' SQL SECURITY INVOKER VIEW card_masked AS
  SELECT id, customer_id, mask_pan(pan) AS pan, scheme_code, expiry_year, expiry_month FROM card;

CREATE DEFINER = payments_objects@'%' SQL SECURITY INVOKER VIEW ledger_balance AS
  SELECT a.id AS ledger_account_id, a.account_id, a.name, a.currency_code, COALESCE(SUM(p.amount), 0) AS balance
  FROM ledger_account a
  LEFT JOIN ledger_posting p ON p.ledger_account_id = a.id
  GROUP BY a.id, a.account_id, a.name, a.currency_code;

CREATE DEFINER = payments_objects@'%' SQL SECURITY INVOKER VIEW customer_balance AS
  SELECT h.customer_id, b.currency_code, SUM(b.balance) AS balance
  FROM account_holder h
  JOIN ledger_balance b ON b.account_id = h.account_id
  GROUP BY h.customer_id, b.currency_code;

CREATE DEFINER = payments_objects@'%' SQL SECURITY INVOKER VIEW customer_overview AS
  SELECT c.id, c.full_name, c.status, n.country, b.currency_code, b.balance
  FROM customer c
  LEFT JOIN refdata.country_currency n ON n.alpha2 = c.country_code
  LEFT JOIN customer_balance b ON b.customer_id = c.id;

CREATE DEFINER = payments_objects@'%' SQL SECURITY INVOKER VIEW current_fee AS
  SELECT s.code, s.currency_code, r.line_no, r.region, r.channels, r.percentage, r.fixed_amount
  FROM fee_schedule s
  JOIN fee_rule r ON r.schedule_id = s.id
  WHERE s.valid_to IS NULL;

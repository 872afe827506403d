-- What staging's reference data has that production's has not. Run after reference-prod.sql.

SET NAMES utf8mb4 COLLATE utf8mb4_unicode_ci;
SET time_zone = '+00:00';

USE refdata;

-- A new currency that takes over the number of an old one, and one replaced by the euro.
INSERT INTO currency (code, numeric_code, name, symbol, minor_units, kind) VALUES ('XCG', '532', 'Caribbean Guilder', 'Cg', 2, 'tender');
UPDATE currency SET withdrawn_on = '2025-06-30' WHERE code = 'ANG';
UPDATE currency SET withdrawn_on = '2026-01-31' WHERE code = 'BGN';
UPDATE country SET currency_code = 'XCG' WHERE alpha2 IN ('CW', 'SX');
UPDATE country SET currency_code = 'EUR' WHERE alpha2 = 'BG';
UPDATE holiday_calendar SET main_currency = 'EUR' WHERE code = 'BG';
UPDATE currency SET settlement_calendar_id = NULL WHERE code = 'BGN';

-- The column that only staging and dev have.
UPDATE currency SET cash_rounding = 0.05 WHERE code IN ('AUD', 'CAD', 'CHF');
UPDATE currency SET cash_rounding = 0.1 WHERE code = 'NZD';
UPDATE currency SET cash_rounding = 0.5 WHERE code = 'DKK';
UPDATE currency SET cash_rounding = 1 WHERE code IN ('CZK', 'NOK', 'SEK');
UPDATE currency SET cash_rounding = 5 WHERE code = 'HUF';

-- Next year's days, and two substitute days that were taken back.
INSERT INTO holiday (calendar_id, day, name) VALUES
  (1, '2028-01-01', 'New Year''s Day'),
  (1, '2028-04-14', 'Good Friday'),
  (1, '2028-04-17', 'Easter Monday'),
  (1, '2028-05-01', 'Labour Day'),
  (1, '2028-12-25', 'Christmas Day'),
  (1, '2028-12-26', 'Christmas Holiday'),
  (2, '2028-01-01', 'New Year''s Day'),
  (2, '2028-01-17', 'Birthday of Martin Luther King, Jr.'),
  (2, '2028-02-21', 'Washington''s Birthday'),
  (2, '2028-05-29', 'Memorial Day'),
  (2, '2028-06-19', 'Juneteenth National Independence Day'),
  (2, '2028-07-04', 'Independence Day'),
  (2, '2028-09-04', 'Labor Day'),
  (2, '2028-10-09', 'Columbus Day'),
  (2, '2028-11-11', 'Veterans Day'),
  (2, '2028-11-23', 'Thanksgiving Day'),
  (2, '2028-12-25', 'Christmas Day'),
  (3, '2028-01-01', 'New Year''s Day'),
  (3, '2028-01-03', 'New Year''s Day (observed)'),
  (3, '2028-04-14', 'Good Friday'),
  (3, '2028-04-17', 'Easter Monday'),
  (3, '2028-05-01', 'May Day'),
  (3, '2028-05-29', 'Spring Bank Holiday'),
  (3, '2028-08-28', 'Late Summer Bank Holiday'),
  (3, '2028-12-25', 'Christmas Day'),
  (3, '2028-12-26', 'Boxing Day');

DELETE FROM holiday WHERE calendar_id = 6 AND day IN ('2027-12-27', '2027-12-28');

-- The tree of categories gets a level: nine classes move below a new block, which itself is new.
INSERT INTO merchant_category (id, code, parent_id, name, risk) VALUES
  (25, '5960-5969', 16, 'Direct marketing', 'medium'),
  (26, '5815-5818', 15, 'Digital goods', 'low'),
  (398, '5262', 16, 'Marketplaces', 'medium'),
  (399, '5552', 12, 'Electric vehicle charging', 'low'),
  (400, '6050', 17, 'Quasi cash: member financial institution', 'high'),
  (401, '6540', 17, 'Stored value load', 'high');

UPDATE merchant_category SET parent_id = 25 WHERE code BETWEEN '5960' AND '5969' AND id >= 100 AND code <> '5961';
UPDATE merchant_category SET parent_id = 26 WHERE code BETWEEN '5815' AND '5818' AND id >= 100;
UPDATE merchant_category SET risk = 'medium' WHERE code IN ('4816', '5122');

-- A new scheme with its number ranges, and a window with a day more and a later end.
INSERT INTO card_scheme (code, name, colour, lengths) VALUES
  ('rupay', 'RuPay', X'097D44', '16');

INSERT INTO bin_range (first_number, last_number, scheme_code) VALUES
  (5085000000000000000, 5089999999999999999, 'rupay'),
  (6069850000000000000, 6079849999999999999, 'rupay'),
  (6521500000000000000, 6531499999999999999, 'rupay');

UPDATE settlement_window SET weekdays = b'0111111', closes_at = '27:15:00.500' WHERE calendar_id = 18;

-- From "not written yet" to "none wanted", and a wording.
UPDATE decline_text SET hint = '' WHERE code = '05' AND locale IN ('es', 'ja');
UPDATE decline_text SET message = 'Su banco no aprobó el pago.' WHERE code = '05' AND locale = 'es';
UPDATE iban_format SET in_sepa = 1 WHERE country_code = 'MD';
UPDATE exchange_margin SET margin = margin + 0.00000001 WHERE base_code = 'EUR' AND quote_code IN ('USD', 'GBP');
DELETE FROM exchange_margin WHERE quote_code = 'THB';

INSERT INTO tax_rate (country_code, kind, valid_from, percentage) VALUES
  ('AT', 'standard', '2024-01-01', 20.00),
  ('BE', 'standard', '2024-01-01', 21.00),
  ('BG', 'standard', '2024-01-01', 20.00),
  ('CH', 'reduced', '2024-01-01', 2.60),
  ('CH', 'standard', '2024-01-01', 8.10),
  ('CY', 'standard', '2024-01-01', 19.00),
  ('CZ', 'standard', '2024-01-01', 21.00),
  ('DE', 'reduced', '2024-01-01', 7.00),
  ('DE', 'standard', '2024-01-01', 19.00),
  ('DK', 'standard', '2024-01-01', 25.00),
  ('EE', 'standard', '2024-01-01', 22.00),
  ('EE', 'standard', '2025-07-01', 24.00),
  ('ES', 'standard', '2024-01-01', 21.00),
  ('FI', 'standard', '2024-01-01', 24.00),
  ('FI', 'standard', '2024-09-01', 25.50),
  ('FR', 'reduced', '2024-01-01', 5.50),
  ('FR', 'standard', '2024-01-01', 20.00),
  ('GB', 'standard', '2024-01-01', 20.00),
  ('GR', 'standard', '2024-01-01', 24.00),
  ('HR', 'standard', '2024-01-01', 25.00),
  ('HU', 'standard', '2024-01-01', 27.00),
  ('IE', 'standard', '2024-01-01', 23.00),
  ('IT', 'standard', '2024-01-01', 22.00),
  ('LT', 'standard', '2024-01-01', 21.00),
  ('LU', 'standard', '2024-01-01', 17.00),
  ('LV', 'standard', '2024-01-01', 21.00),
  ('MT', 'standard', '2024-01-01', 18.00),
  ('NL', 'reduced', '2024-01-01', 9.00),
  ('NL', 'standard', '2024-01-01', 21.00),
  ('NO', 'standard', '2024-01-01', 25.00),
  ('PL', 'standard', '2024-01-01', 23.00),
  ('PT', 'standard', '2024-01-01', 23.00),
  ('RO', 'standard', '2024-01-01', 19.00),
  ('RO', 'standard', '2025-08-01', 21.00),
  ('SE', 'standard', '2024-01-01', 25.00),
  ('SI', 'standard', '2024-01-01', 22.00),
  ('SK', 'standard', '2024-01-01', 20.00),
  ('SK', 'standard', '2025-01-01', 23.00);

USE payments;

-- A changed fee, and a new schedule with its rules.
UPDATE fee_rule SET percentage = 1.150000 WHERE schedule_id = X'4497283B8D6F5B6A910F1CE68DF83480' AND line_no = 1;
UPDATE fee_rule SET percentage = 1.490000, fixed_amount = 0.2900 WHERE schedule_id = X'4497283B8D6F5B6A910F1CE68DF83480' AND line_no = 2;
UPDATE fee_schedule SET note = NULL WHERE code = 'eu-micro';
INSERT INTO fee_schedule (id, code, name, currency_code, valid_from, valid_to, note) VALUES
  (X'7E9C39D16E1C5B40B1C5B3ECFA992AC9', 'eu-marketplace', 'Marketplaces, euro', 'EUR', '2026-10-01 00:00:00.000000', NULL, 'Split payments 🪙');

INSERT INTO fee_rule (schedule_id, line_no, category_id, region, channels, percentage, fixed_amount, conditions) VALUES
  (X'7E9C39D16E1C5B40B1C5B3ECFA992AC9', 1, NULL, 'domestic', 'ecom', 1.600000, 0.2000, NULL),
  (X'7E9C39D16E1C5B40B1C5B3ECFA992AC9', 2, NULL, 'eea', 'ecom', 1.800000, 0.2000, NULL),
  (X'7E9C39D16E1C5B40B1C5B3ECFA992AC9', 3, NULL, 'international', 'ecom', 3.200000, 0.2000, NULL),
  (X'7E9C39D16E1C5B40B1C5B3ECFA992AC9', 4, 398, 'international', 'ecom', 2.900000, 0.1500, '{"split": true, "sellers_min": 2}');

-- Unique values change places: a swap of two positions and a turn of three.
UPDATE risk_rule SET position = 1000 WHERE id = 1;
UPDATE risk_rule SET position = 10 WHERE id = 2;
UPDATE risk_rule SET position = 20 WHERE id = 1;
UPDATE risk_rule SET position = 1000 WHERE id = 5;
UPDATE risk_rule SET position = 50 WHERE id = 7;
UPDATE risk_rule SET position = 70 WHERE id = 6;
UPDATE risk_rule SET position = 60 WHERE id = 5;

-- The same on a key of three columns: the first and the second choice for two routes.
UPDATE provider_route SET priority = 99 WHERE scheme_code = 'visa' AND currency_code IN ('EUR', 'GBP') AND priority = 1;
UPDATE provider_route SET priority = 1 WHERE scheme_code = 'visa' AND currency_code IN ('EUR', 'GBP') AND priority = 2;
UPDATE provider_route SET priority = 2 WHERE scheme_code = 'visa' AND currency_code IN ('EUR', 'GBP') AND priority = 99;
UPDATE provider SET timeout_ms = 3500 WHERE code = 'lumen';

-- A flag that has done its work goes, and what it required goes with it.
DELETE FROM feature_flag WHERE name = 'legacy_sms_otp';
UPDATE feature_flag SET enabled = 1, rollout_percent = 12.50 WHERE name = 'dynamic_descriptor';
UPDATE feature_flag SET rollout_percent = 100.00, audience = NULL WHERE name = 'network_tokens';
UPDATE app_setting SET value = '1' WHERE scope = 'global' AND name = 'settlement.hold_days';
INSERT INTO app_setting (scope, name, value) VALUES ('global', 'payout.minimum.XCG', '20.00');

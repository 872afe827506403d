-- What dev's reference data has that staging's has not. Run after reference-prod.sql and reference-staging.sql.

SET NAMES utf8mb4 COLLATE utf8mb4_unicode_ci;
SET time_zone = '+00:00';

USE refdata;

-- A new currency and a new calendar that refer to each other.
INSERT INTO holiday_calendar (id, code, name, time_zone) VALUES (23, 'ZW', 'Zimbabwe', 'Africa/Harare');
INSERT INTO currency (code, numeric_code, name, symbol, minor_units, kind, settlement_calendar_id) VALUES ('ZWG', '924', 'Zimbabwe Gold', NULL, 2, 'tender', 23);
UPDATE holiday_calendar SET main_currency = 'ZWG', fallback_id = 22 WHERE id = 23;
UPDATE currency SET withdrawn_on = '2024-08-31' WHERE code = 'ZWL';
UPDATE country SET currency_code = 'ZWG' WHERE alpha2 = 'ZW';
INSERT INTO holiday (calendar_id, day, name) VALUES
  (23, '2026-01-01', 'New Year''s Day'),
  (23, '2026-02-21', 'Robert Gabriel Mugabe National Youth Day'),
  (23, '2026-04-03', 'Good Friday'),
  (23, '2026-04-04', 'Easter Saturday'),
  (23, '2026-04-05', 'Easter Sunday'),
  (23, '2026-04-06', 'Easter Monday'),
  (23, '2026-04-18', 'Independence Day'),
  (23, '2026-05-01', 'Workers'' Day'),
  (23, '2026-05-25', 'Africa Day'),
  (23, '2026-08-10', 'Zimbabwe Heroes'' Day'),
  (23, '2026-08-11', 'Defense Forces Day'),
  (23, '2026-09-15', 'Munhumutapa Day'),
  (23, '2026-12-22', 'Unity Day'),
  (23, '2026-12-25', 'Christmas Day'),
  (23, '2026-12-26', 'Boxing Day'),
  (23, '2027-01-01', 'New Year''s Day'),
  (23, '2027-02-21', 'Robert Gabriel Mugabe National Youth Day'),
  (23, '2027-02-22', 'Robert Gabriel Mugabe National Youth Day (observed)'),
  (23, '2027-03-26', 'Good Friday'),
  (23, '2027-03-27', 'Easter Saturday'),
  (23, '2027-03-28', 'Easter Sunday'),
  (23, '2027-03-29', 'Easter Monday'),
  (23, '2027-04-18', 'Independence Day'),
  (23, '2027-04-19', 'Independence Day (observed)'),
  (23, '2027-05-01', 'Workers'' Day'),
  (23, '2027-05-25', 'Africa Day'),
  (23, '2027-08-09', 'Zimbabwe Heroes'' Day'),
  (23, '2027-08-10', 'Defense Forces Day'),
  (23, '2027-09-15', 'Munhumutapa Day'),
  (23, '2027-12-22', 'Unity Day'),
  (23, '2027-12-25', 'Christmas Day'),
  (23, '2027-12-26', 'Boxing Day'),
  (23, '2027-12-27', 'Boxing Day (observed)');

-- Home nations, and below one of them two councils.
INSERT INTO subdivision (code, country_code, parent_code, name, category) VALUES
  ('GB-ENG', 'GB', NULL, 'England', 'Country'),
  ('GB-NIR', 'GB', NULL, 'Northern Ireland', 'Province'),
  ('GB-SCT', 'GB', NULL, 'Scotland', 'Country'),
  ('GB-WLS', 'GB', NULL, 'Wales [Cymru GB-CYM]', 'Country'),
  ('GB-EDH', 'GB', 'GB-SCT', 'Edinburgh, City of', 'Council area'),
  ('GB-GLG', 'GB', 'GB-SCT', 'Glasgow City', 'Council area');

-- A code that differs from another only by the case of a letter, with its texts.
INSERT INTO decline_code (code, meaning, action, retry_after) VALUES ('r1', 'Stop all payments, sent by older hosts', 'stop', NULL);
INSERT INTO decline_text (code, locale, message, hint) VALUES
  ('r1', 'en', 'This subscription was stopped.', ''),
  ('r1', 'de', 'Dieses Abonnement wurde beendet.', ''),
  ('91', 'es', 'Su banco no responde.', NULL);

UPDATE decline_code SET retry_after = '48:00:00' WHERE code = '51';
UPDATE merchant_category SET name = 'Café, pub and bar 🍷' WHERE code = '5813';
UPDATE settlement_window SET opens_at = '-03:30:00' WHERE calendar_id = 2;

INSERT INTO dispute_reason (scheme_code, code, name, answer_days) VALUES
  ('visa', '10.1', 'Fraud, card present', 30),
  ('visa', '10.4', 'Fraud, card absent', 20),
  ('visa', '11.1', 'Number is on a warning list', 30),
  ('visa', '12.5', 'Wrong amount', 45),
  ('visa', '13.1', 'Goods not received', 30),
  ('visa', '13.6', 'Credit not processed', 30),
  ('mastercard', '4808', 'Fraud, card present', 30),
  ('mastercard', '4834', 'Fraud, card absent', 20),
  ('mastercard', '4837', 'Number is on a warning list', 30),
  ('mastercard', '4853', 'Wrong amount', 45),
  ('mastercard', '4863', 'Goods not received', 30),
  ('amex', 'A01', 'Fraud, card present', 30),
  ('amex', 'C08', 'Fraud, card absent', 20),
  ('amex', 'F29', 'Number is on a warning list', 30),
  ('amex', 'P07', 'Wrong amount', 45),
  ('discover', 'UA01', 'Fraud, card present', 30),
  ('discover', 'RG', 'Fraud, card absent', 20),
  ('discover', 'AA', 'Number is on a warning list', 30),
  ('jcb', '512', 'Fraud, card present', 30),
  ('jcb', '546', 'Fraud, card absent', 20);

USE payments;

-- The columns and members that only dev has.
UPDATE fee_rule SET channels = 'ecom,recurring' WHERE channels = 'ecom' AND region <> 'international';
UPDATE fee_rule SET minimum_amount = fixed_amount + 0.0500 WHERE schedule_id = X'A606C1F32476558F8DE17C94BC170267' AND category_id IS NULL;
UPDATE fee_rule SET conditions = '{"reason": "high risk", "reserve_percent": 12.5, "reserve_days": 180}' WHERE line_no = 10 AND conditions IS NOT NULL;
UPDATE feature_flag SET owner = 'risk' WHERE name IN ('three_d_secure_2', 'delegated_authentication');
UPDATE feature_flag SET owner = 'ledger' WHERE name = 'new_ledger_writer';
DELETE FROM feature_flag WHERE name = 'Instant_Payouts';
INSERT INTO feature_flag (name, owner, enabled, rollout_percent, audience, note, created_at) VALUES
  ('webhooks_v2', 'platform', 1, 1.00, '{"merchants": [3, 7]}', '🪝 first two merchants', '2026-11-02 09:30:00.000001'),
  ('payout_to_card', 'payouts', 0, 0.00, NULL, NULL, '2026-11-16 14:05:59.999999');
INSERT INTO feature_flag_requirement (flag_name, required_name) VALUES ('payout_to_card', 'instant_payouts'), ('payout_to_card', 'three_d_secure_2');

INSERT INTO notification_template (template_key, locale, channel, subject, body) VALUES
  ('payment_received', 'en', 'webhook', NULL, '{"event": "payment.received", "amount": "{amount}"}'),
  ('dispute_opened', 'fr', 'email', 'Un client conteste un paiement', 'Merci de répondre avant le {answer_by}. 🧾');
UPDATE notification_template SET subject = NULL WHERE template_key = 'card_expiring' AND channel = 'push';
UPDATE notification_template SET body = CONCAT(body, '\nIf this was not you, call us. ☎️') WHERE template_key = 'payment_received' AND locale = 'en' AND channel = 'email';

-- Rates from next April: the old ones stay, the date is part of the key.
INSERT INTO interchange_rate (scheme_code, product, region, effective_from, percentage, cap_amount)
SELECT scheme_code, product, region, '2027-04-01', percentage + 0.010000, cap_amount FROM interchange_rate
WHERE scheme_code IN ('visa', 'mastercard') AND effective_from = '2024-04-01';
UPDATE risk_rule SET weight = 0.3 WHERE id = 9;
UPDATE risk_rule SET expression = '{"monthly": true, "first": true, "above": 750.0}', enabled = 0 WHERE id = 3;
UPDATE app_setting SET value = NULL WHERE scope = 'global' AND name = 'statement.footer';
UPDATE app_setting SET value = '' WHERE scope = 'global' AND name = 'statement.header';
INSERT INTO provider (code, name, base_url, timeout_ms) VALUES ('summit', 'Summit Card Payouts', 'https://summit.dev.example.com', 6000);
INSERT INTO provider_route (scheme_code, currency_code, priority, provider_code) VALUES ('visa', 'EUR', 3, 'summit'), ('mastercard', 'EUR', 3, 'summit');

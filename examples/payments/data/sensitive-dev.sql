-- What belongs to dev alone: its own settings, and invented people, cards and payments.
-- Card numbers are test numbers, IBANs belong to no bank, mail goes to example.com.

SET NAMES utf8mb4 COLLATE utf8mb4_unicode_ci;
SET time_zone = '+00:00';

USE payments;

UPDATE provider SET base_url = CONCAT('https://', code, '.dev.example.com'), updated_at = '2026-03-01 00:00:00.000';
INSERT INTO app_setting (scope, name, value) VALUES
  ('environment', 'public.url', 'https://pay.dev.example.com'),
  ('environment', 'log.level', 'debug'),
  ('environment', 'worker.count', '1');

INSERT INTO customer (id, public_id, full_name, email, phone, born_on, country_code, status, created_at) VALUES
  (1, X'5F246124284470ACB76D26978CD06C83', 'Quux Devling', 'quux.devling@example.com', NULL, '1995-12-22', 'SE', 'pending', '2025-12-07 21:16:48.591251'),
  (2, X'11B69CAB64CFD3B1A2C4904074BE3683', 'Baz Devson', 'baz.devson@example.com', '+44 7700 900924', '1966-03-14', 'SE', 'active', '2025-06-24 13:21:26.247294'),
  (3, X'0844127FBEA42F3E33AB57407A475CCE', 'Quux Devi', 'quux.devi@example.com', '+1 202 555 0149', '1996-01-26', 'US', 'active', '2025-02-20 23:38:32.857943'),
  (4, X'2123C8F436E5FF58F279F740888437CB', 'Bar Devling', 'bar.devling@example.com', NULL, '1973-10-10', 'NL', 'active', '2025-02-05 06:05:16.851142'),
  (5, X'A34B99643052A8F88B5C94C0BC68FBC5', 'Baz Devling', 'baz.devling@example.com', '+44 7700 900579', '1991-12-27', 'GB', 'active', '2025-07-27 06:10:02.541822');

INSERT INTO customer_address (customer_id, kind, street, city, postcode, country_code) VALUES
  (1, 'home', '144 Mill Lane', 'Malmö', '25253', 'SE'),
  (2, 'home', '175 High Street', 'Malmö', '66159', 'SE'),
  (3, 'home', '141 High Street', 'Tulsa', '64438', 'US'),
  (3, 'shipping', '9 Station Road', 'Boise', '45044', 'US'),
  (4, 'home', '75 Station Road', 'Breda', '49178', 'NL'),
  (5, 'home', '70 Mill Lane', 'Dundee', '10212', 'GB'),
  (5, 'shipping', '47 Maple Avenue', 'Leeds', '21718', 'GB');

INSERT INTO kyc_check (id, customer_id, document_kind, document_number, document_scan, outcome, checked_at) VALUES
  (1, 1, 'licence', 'X95554953', X'89504E470D0A1A0AD6F21D2A0D8128B75CAD9A64', 'passed', '2025-12-07 12:00:00'),
  (2, 2, 'identity_card', 'X10726481', NULL, 'passed', '2025-06-24 12:00:00'),
  (3, 3, 'passport', 'X46191577', NULL, 'passed', '2025-02-20 12:00:00'),
  (4, 4, 'licence', 'X17600372', X'89504E470D0A1A0AF0F267EFE87248AA89C6D871', 'passed', '2025-02-05 12:00:00'),
  (5, 5, 'passport', 'X61454342', NULL, 'passed', '2025-07-27 12:00:00');

INSERT INTO account (id, iban, currency_code, status, overdraft_limit, opened_on) VALUES
  (1, 'SE6399945567973657563522', 'SEK', 'open', 0.0000, '2025-12-07'),
  (2, 'SE0299958851502890173692', 'SEK', 'open', 0.0000, '2025-06-24'),
  (3, 'IE84TEST86582101599546', 'USD', 'open', 1000.0000, '2025-02-20'),
  (4, 'NL38TEST1136833769', 'EUR', 'open', 0.0000, '2025-02-05'),
  (5, 'GB77TEST63167424611450', 'GBP', 'open', 0.0000, '2025-07-27');

INSERT INTO account_holder (account_id, customer_id, role) VALUES
  (1, 1, 'owner'),
  (2, 2, 'owner'),
  (3, 3, 'owner'),
  (4, 4, 'owner'),
  (5, 5, 'owner');

INSERT INTO card (id, customer_id, pan, scheme_code, expiry_year, expiry_month, holder_name) VALUES
  (1, 1, '4222222222222', 'visa', 2027, 8, 'QUUX DEVLING'),
  (2, 2, '4111113940962714', 'visa', 2026, 6, 'BAZ DEVSON'),
  (3, 3, '4111113340977031', 'visa', 2028, 12, 'QUUX DEVI'),
  (4, 3, '4111113243471405', 'visa', 2029, 3, 'QUUX DEVI'),
  (5, 4, '5555553595886710', 'mastercard', 2026, 11, 'BAR DEVLING'),
  (6, 5, '378282327438626', 'amex', 2029, 5, 'BAZ DEVLING');

INSERT INTO merchant (id, legal_name, descriptor, category_id, country_code, fee_schedule_id, onboarded_on) VALUES
  (1, 'Dev Shop Ltd', 'DEV SHOP', 271, 'IE', X'64F925E6817A544382CE801B707BBCB0', '2024-07-07'),
  (2, 'Dev Café Ltd', 'DEV CAFE', 219, 'US', X'D78B65C1EE845F5D9D66DA147CB2A606', '2024-07-15');

INSERT INTO terminal (id, merchant_id, installed_on) VALUES
  ('T0010001', 1, '2025-02-01'),
  ('T0010002', 1, '2025-02-01'),
  ('T0020001', 2, '2025-02-01'),
  ('T0020002', 2, '2025-02-01');

INSERT INTO api_credential (id, merchant_id, key_hash, label, revoked_at) VALUES
  (1, 1, X'CF4B9C1F5EB31DEB9EA41F56FAA757B68BE9CAB8B73F463229DF17036BDFA13E', '', NULL),
  (2, 2, X'45366849FFD75B4CAD725450F0569D11FEDBAA6DD747D4480B1D1ABB8BA5E305', '', '2026-03-01 00:00:00');

INSERT INTO payment (id, merchant_id, card_id, amount, currency_code, status, decline_code, capture_mode, reference, created_at) VALUES
  (1, 1, 3, 28.4100, 'EUR', 'captured', NULL, 'manual', 'DEV-260503-00001', '2026-05-03 16:56:33.866672'),
  (2, 1, 4, 138.9000, 'EUR', 'captured', NULL, 'automatic', 'DEV-261011-00002', '2026-10-11 06:44:33.487453'),
  (3, 2, 1, 172.5900, 'USD', 'declined', '51', 'automatic', 'DEV-260818-00003', '2026-08-18 02:41:29.102038'),
  (4, 2, 6, 165.5400, 'USD', 'captured', NULL, 'automatic', 'DEV-260310-00004', '2026-03-10 04:44:20.609519'),
  (5, 2, 3, 386.8400, 'USD', 'captured', NULL, 'manual', 'DEV-260608-00005', '2026-06-08 06:11:57.620478'),
  (6, 2, 1, 172.5200, 'USD', 'captured', NULL, 'manual', 'DEV-260923-00006', '2026-09-23 11:24:30.982602'),
  (7, 1, 2, 409.9000, 'EUR', 'refunded', NULL, 'automatic', 'DEV-260804-00007', '2026-08-04 02:43:12.879306'),
  (8, 1, 3, 396.6400, 'EUR', 'captured', NULL, 'manual', 'DEV-260210-00008', '2026-02-10 04:27:57.791101'),
  (9, 1, 6, 414.4500, 'EUR', 'captured', NULL, 'manual', 'DEV-260810-00009', '2026-08-10 09:59:23.471867'),
  (10, 1, 3, 216.0400, 'EUR', 'captured', NULL, 'automatic', 'DEV-260523-00010', '2026-05-23 04:28:24.592627'),
  (11, 1, 2, 256.8600, 'EUR', 'refunded', NULL, 'automatic', 'DEV-261012-00011', '2026-10-12 16:15:06.988514'),
  (12, 1, 5, 171.9400, 'EUR', 'captured', NULL, 'automatic', 'DEV-260728-00012', '2026-07-28 18:38:57.677871');

INSERT INTO payment_event (payment_id, happened_at, kind, detail) VALUES
  (1, '2026-05-03 16:56:33.866672', 'authorised', NULL),
  (1, '2026-05-03 17:56:33.866672', 'captured', '{"attempt": 1}'),
  (2, '2026-10-11 06:44:33.487453', 'authorised', NULL),
  (2, '2026-10-11 07:44:33.487453', 'captured', '{"attempt": 1}'),
  (3, '2026-08-18 02:41:29.102038', 'declined', '{"code": "51"}'),
  (4, '2026-03-10 04:44:20.609519', 'authorised', NULL),
  (4, '2026-03-10 05:44:20.609519', 'captured', '{"attempt": 1}'),
  (5, '2026-06-08 06:11:57.620478', 'authorised', NULL),
  (5, '2026-06-08 07:11:57.620478', 'captured', '{"attempt": 1}'),
  (6, '2026-09-23 11:24:30.982602', 'authorised', NULL),
  (6, '2026-09-23 12:24:30.982602', 'captured', '{"attempt": 1}'),
  (7, '2026-08-04 02:43:12.879306', 'authorised', NULL),
  (7, '2026-08-04 03:43:12.879306', 'captured', '{"attempt": 1}'),
  (7, '2026-08-05 03:43:12.879306', 'refunded', NULL),
  (8, '2026-02-10 04:27:57.791101', 'authorised', NULL),
  (8, '2026-02-10 05:27:57.791101', 'captured', '{"attempt": 1}'),
  (9, '2026-08-10 09:59:23.471867', 'authorised', NULL),
  (9, '2026-08-10 10:59:23.471867', 'captured', '{"attempt": 1}'),
  (10, '2026-05-23 04:28:24.592627', 'authorised', NULL),
  (10, '2026-05-23 05:28:24.592627', 'captured', '{"attempt": 1}'),
  (11, '2026-10-12 16:15:06.988514', 'authorised', NULL),
  (11, '2026-10-12 17:15:06.988514', 'captured', '{"attempt": 1}'),
  (11, '2026-10-13 17:15:06.988514', 'refunded', NULL),
  (12, '2026-07-28 18:38:57.677871', 'authorised', NULL),
  (12, '2026-07-28 19:38:57.677871', 'captured', '{"attempt": 1}');

INSERT INTO refund (id, payment_id, amount, reason, created_at) VALUES
  (1, 7, 409.9000, 'wrong size', '2026-08-05 03:43:12.879306'),
  (2, 11, 256.8600, 'returned', '2026-10-13 17:15:06.988514');

INSERT INTO ledger_account (id, account_id, name, currency_code, side) VALUES
  (1, NULL, 'Card receivables', 'EUR', 'asset'),
  (2, NULL, 'Owed to merchants', 'EUR', 'liability'),
  (3, NULL, 'Fee income', 'EUR', 'income'),
  (4, NULL, 'Card receivables', 'USD', 'asset'),
  (5, NULL, 'Owed to merchants', 'USD', 'liability'),
  (6, NULL, 'Fee income', 'USD', 'income'),
  (7, 1, 'Customer account 1', 'SEK', 'liability'),
  (8, 2, 'Customer account 2', 'SEK', 'liability'),
  (9, 3, 'Customer account 3', 'USD', 'liability'),
  (10, 4, 'Customer account 4', 'EUR', 'liability'),
  (11, 5, 'Customer account 5', 'GBP', 'liability');

INSERT INTO ledger_entry (id, payment_id, booked_at, narrative) VALUES
  (1, 1, '2026-05-03 16:56:33.866672', 'capture'),
  (2, 2, '2026-10-11 06:44:33.487453', 'capture'),
  (3, 4, '2026-03-10 04:44:20.609519', 'capture'),
  (4, 5, '2026-06-08 06:11:57.620478', 'capture'),
  (5, 6, '2026-09-23 11:24:30.982602', 'capture'),
  (6, 8, '2026-02-10 04:27:57.791101', 'capture'),
  (7, 9, '2026-08-10 09:59:23.471867', 'capture'),
  (8, 10, '2026-05-23 04:28:24.592627', 'capture'),
  (9, 12, '2026-07-28 18:38:57.677871', 'capture');

INSERT INTO ledger_posting (entry_id, line_no, ledger_account_id, amount) VALUES
  (1, 1, 1, 28.4100),
  (1, 2, 2, -28.4100),
  (2, 1, 1, 138.9000),
  (2, 2, 2, -138.9000),
  (3, 1, 4, 165.5400),
  (3, 2, 5, -165.5400),
  (4, 1, 4, 386.8400),
  (4, 2, 5, -386.8400),
  (5, 1, 4, 172.5200),
  (5, 2, 5, -172.5200),
  (6, 1, 1, 396.6400),
  (6, 2, 2, -396.6400),
  (7, 1, 1, 414.4500),
  (7, 2, 2, -414.4500),
  (8, 1, 1, 216.0400),
  (8, 2, 2, -216.0400),
  (9, 1, 1, 171.9400),
  (9, 2, 2, -171.9400);

INSERT INTO settlement_batch (id, merchant_id, currency_code, settles_on, gross, fees, closed_at) VALUES
  (1, 1, 'EUR', '2026-11-20', 4694.4900, 29.2800, '2026-11-19 23:00:00'),
  (2, 2, 'USD', '2026-11-20', 262.1300, 61.8800, '2026-11-19 23:00:00');

INSERT INTO payout (id, batch_id, account_id, amount, sent_at) VALUES
  (1, 1, 3, 4694.4900, '2026-11-20 06:00:00.000'),
  (2, 2, 5, 262.1300, '2026-11-20 06:00:00.000');

INSERT INTO idempotency_key (request_key, merchant_id, response, expires_at) VALUES
  (X'6A8E514C6AB42CBBD3A3B856A73C9C2E1AE6B1F000', 1, '{"status": 201}', '2026-11-23 00:00:00'),
  (X'CAD4683E89F66F8BB92FC4783258A0F758840D8F00', 2, '{"status": 201}', '2026-11-23 00:00:00');

INSERT INTO audit_log (id, actor, action, subject, created_at) VALUES
  (1, 'ops2@example.com', 'payout.approved', 'customer/4', '2026-11-13 08:00:00.638930'),
  (2, 'ops3@example.com', 'payout.approved', 'customer/1', '2026-11-15 08:00:00.955875'),
  (3, 'ops4@example.com', 'card.viewed', 'customer/5', '2026-11-12 08:00:00.550161'),
  (4, 'ops2@example.com', 'payout.approved', 'customer/4', '2026-11-11 08:00:00.206515'),
  (5, 'ops2@example.com', 'card.viewed', 'customer/5', '2026-11-14 08:00:00.013650');

INSERT INTO fraud_alert (id, payment_id, rule_id, score, raised_at) VALUES
  (1, 3, 12, 19.468, '2026-08-18 02:41:29');

INSERT INTO merchant_day (merchant_id, day, currency_code, payments, volume) VALUES
  (1, '2026-02-10', 'EUR', 1, 396.6400),
  (1, '2026-05-03', 'EUR', 1, 28.4100),
  (1, '2026-05-23', 'EUR', 1, 216.0400),
  (1, '2026-07-28', 'EUR', 1, 171.9400),
  (1, '2026-08-10', 'EUR', 1, 414.4500),
  (1, '2026-10-11', 'EUR', 1, 138.9000),
  (2, '2026-03-10', 'USD', 1, 165.5400),
  (2, '2026-06-08', 'USD', 1, 386.8400),
  (2, '2026-09-23', 'USD', 1, 172.5200);

-- Tables that only dev has.
INSERT INTO webhook_endpoint (id, merchant_id, url, secret_hash, topics, active) VALUES
  (1, 1, 'https://hooks.example.com/payments', X'EF260E9AA3C673AF240D17A2660480361A8E081D1FFECA2A5ED0E3219FC18567', '["payment.created"]', 1);

INSERT INTO webhook_delivery (endpoint_id, outbox_id, attempt, status_code, duration_ms, sent_at)
  SELECT 1, MIN(id), 1, NULL, 5000, '2026-11-20 10:00:00.000' FROM outbox;

-- What belongs to staging alone: its own settings, and invented people, cards and payments.
-- Card numbers are test numbers, IBANs belong to no bank, mail goes to example.com.

SET NAMES utf8mb4 COLLATE utf8mb4_unicode_ci;
SET time_zone = '+00:00';

USE payments;

UPDATE provider SET base_url = CONCAT('https://', code, '.staging.example.com'), updated_at = '2026-02-01 00:00:00.000';
INSERT INTO app_setting (scope, name, value) VALUES
  ('environment', 'public.url', 'https://pay.staging.example.com'),
  ('environment', 'log.level', 'info'),
  ('environment', 'worker.count', '4');

INSERT INTO customer (id, public_id, full_name, email, phone, born_on, country_code, status, created_at) VALUES
  (1, X'6A5B3EA2A5E763CD333D139203946E2E', 'Sample Rowan', 'sample.rowan@example.com', '+44 7700 900658', '2000-06-14', 'CH', 'active', '2025-07-11 12:12:58.410492'),
  (2, X'B16D7B64C7B6BB2B16D20A1DAD18320A', 'Draft Cedar', 'draft.cedar@example.com', NULL, '1995-03-03', 'CH', 'active', '2025-12-01 02:59:22.545630'),
  (3, X'30824A30D26B62FF2948BB29DA4CBE4F', 'Mock Birch', 'mock.birch@example.com', '+44 7700 900786', '1961-03-30', 'NL', 'active', '2025-02-22 03:06:51.162920'),
  (4, X'78E661AE937AF96A4D7824EF47DF5A6D', 'Draft Oak', 'draft.oak@example.com', NULL, '1991-03-12', 'US', 'active', '2025-06-26 04:55:25.941059'),
  (5, X'3A37A0D6E986125CE0DE9B68CDA711EE', 'Trial Maple', 'trial.maple@example.com', '+44 7700 900675', '1972-05-25', 'DE', 'active', '2025-03-14 12:40:44.219674'),
  (6, X'6DB8D0F1221923314200F998D4AD9228', 'Trial Cedar', 'trial.cedar@example.com', '+44 7700 900040', '1977-06-23', 'IE', 'active', '2025-12-12 10:04:10.410157'),
  (7, X'117FCC22FFE10D75992281CF154C0808', 'Test Oak', 'test.oak@example.com', NULL, '1994-08-13', 'SE', 'pending', '2025-11-01 23:08:56.495124'),
  (8, X'0D67F4D5F762ACA952C0B12ECACD71C8', 'Trial Birch', 'Trial.Birch@Example.com', '+44 7700 900596', '1975-10-05', 'DE', 'active', '2025-05-17 04:42:57.139307');

INSERT INTO customer_address (customer_id, kind, street, city, postcode, country_code) VALUES
  (1, 'home', '49 Mill Lane', 'Bern', '55809', 'CH'),
  (2, 'home', '78 Maple Avenue', 'Zürich', '99205', 'CH'),
  (3, 'home', '14 Station Road', 'Breda', '62890', 'NL'),
  (3, 'shipping', '166 High Street', 'Utrecht', '10546', 'NL'),
  (4, 'home', '135 Rue du Lac', 'Tulsa', NULL, 'US'),
  (5, 'home', '95 Lindenweg', 'Leipzig', '56846', 'DE'),
  (6, 'home', '118 Mill Lane', 'Cork', '48738', 'IE'),
  (6, 'shipping', '92 Mill Lane', 'Cork', '51243', 'IE'),
  (7, 'home', '20 Station Road', 'Malmö', '75841', 'SE'),
  (8, 'home', '175 Maple Avenue', 'Köln', '96203', 'DE');

INSERT INTO kyc_check (id, customer_id, document_kind, document_number, document_scan, outcome, checked_at) VALUES
  (1, 1, 'licence', 'X54989179', X'89504E470D0A1A0A07FDDC31D3061E6BD0C9FA24', 'passed', '2025-07-11 12:00:00'),
  (2, 2, 'licence', 'X94185860', NULL, 'failed', '2025-12-01 12:00:00'),
  (3, 3, 'identity_card', 'X41749220', X'89504E470D0A1A0A8F0E1E65A2CD4A93C26E8CBD', 'passed', '2025-02-22 12:00:00'),
  (4, 4, 'identity_card', 'X66921325', NULL, 'passed', '2025-06-26 12:00:00'),
  (5, 5, 'licence', 'X71259104', X'89504E470D0A1A0AF6ED4B091F1428FD44A50703', 'passed', '2025-03-14 12:00:00'),
  (6, 6, 'licence', 'X51404389', X'89504E470D0A1A0AD70CB71D31165CEE3A89FAF6', 'passed', '2025-12-12 12:00:00'),
  (7, 7, 'licence', 'X30537334', X'89504E470D0A1A0A8053FD4E62F1D0AE9D4B5504', 'passed', '2025-11-01 12:00:00'),
  (8, 8, 'licence', 'X60257360', X'89504E470D0A1A0A1A3A9E08BDAAAD234F50A047', 'passed', '2025-05-17 12:00:00');

INSERT INTO account (id, iban, currency_code, status, overdraft_limit, opened_on) VALUES
  (1, 'CH7099999466744826962', 'CHF', 'frozen', 1000.0000, '2025-07-11'),
  (2, 'CH3899999249077091378', 'CHF', 'open', 0.0000, '2025-12-01'),
  (3, 'NL41TEST9117983336', 'EUR', 'open', 0.0000, '2025-02-22'),
  (4, 'IE58TEST22850488000586', 'USD', 'open', 0.0000, '2025-06-26'),
  (5, 'DE23999999996166419204', 'EUR', 'open', 0.0000, '2025-03-14'),
  (6, 'IE61TEST55370118298538', 'EUR', 'open', 0.0000, '2025-12-12'),
  (7, 'SE7999913022373537773577', 'SEK', 'open', 0.0000, '2025-11-01'),
  (8, 'DE48999999990673451829', 'EUR', 'open', 0.0000, '2025-05-17');

INSERT INTO account_holder (account_id, customer_id, role) VALUES
  (1, 1, 'owner'),
  (2, 2, 'owner'),
  (3, 3, 'owner'),
  (3, 6, 'joint'),
  (4, 4, 'owner'),
  (4, 8, 'joint'),
  (5, 5, 'owner'),
  (6, 6, 'owner'),
  (7, 7, 'owner'),
  (7, 3, 'joint'),
  (8, 8, 'owner');

INSERT INTO card (id, customer_id, pan, scheme_code, expiry_year, expiry_month, holder_name) VALUES
  (1, 1, '4012888888881881', 'visa', 2026, 3, 'SAMPLE ROWAN'),
  (2, 2, '5105105105105100', 'mastercard', 2029, 4, 'DRAFT CEDAR'),
  (3, 3, '4111112751036022', 'visa', 2029, 8, 'MOCK BIRCH'),
  (4, 4, '4111112147897277', 'visa', 2029, 9, 'DRAFT OAK'),
  (5, 5, '5555552698344528', 'mastercard', 2027, 10, 'TRIAL MAPLE'),
  (6, 6, '4111112942854267', 'visa', 2026, 11, 'TRIAL CEDAR'),
  (7, 7, '4111112788981638', 'visa', 2029, 5, 'TEST OAK'),
  (8, 8, '378282243990403', 'amex', 2030, 12, 'TRIAL BIRCH');

INSERT INTO merchant (id, legal_name, descriptor, category_id, country_code, fee_schedule_id, onboarded_on) VALUES
  (1, 'Staging Books Ltd', 'STAGING BOOKS', 236, 'NL', X'4497283B8D6F5B6A910F1CE68DF83480', '2024-08-16'),
  (2, 'Staging Groceries Ltd', 'STAGING GROCERIES', 177, 'DE', X'4497283B8D6F5B6A910F1CE68DF83480', '2024-06-18'),
  (3, 'Staging Travel Ltd', 'STAGING TRAVEL', 128, 'NL', X'4497283B8D6F5B6A910F1CE68DF83480', '2024-03-18');

INSERT INTO terminal (id, merchant_id, installed_on) VALUES
  ('T0010001', 1, '2025-02-01'),
  ('T0010002', 1, '2025-02-01'),
  ('T0020001', 2, '2025-02-01'),
  ('T0020002', 2, '2025-02-01'),
  ('T0030001', 3, '2025-02-01'),
  ('T0030002', 3, '2025-02-01');

INSERT INTO api_credential (id, merchant_id, key_hash, label, revoked_at) VALUES
  (1, 1, X'A6D3203D9F202C68C11144F5CB60DAD2800A0B0A6D9EF7AB5CCF16A9D4830C80', '', NULL),
  (2, 2, X'EE6EC36737032857E5C6200E5575DDBE84CF417EA37098EED9C6E376636BD481', '', '2026-03-01 00:00:00'),
  (3, 3, X'697AA34AAC0A812FC98514013AB7A4F485B850CF6D278228F4D866C89EC82A57', '', NULL);

INSERT INTO payment (id, merchant_id, card_id, amount, currency_code, status, decline_code, capture_mode, reference, created_at) VALUES
  (1, 3, 5, 180.7800, 'EUR', 'captured', NULL, 'automatic', 'STAG-260725-00001', '2026-07-25 13:20:04.660836'),
  (2, 1, 7, 214.3200, 'EUR', 'captured', NULL, 'automatic', 'STAG-260705-00002', '2026-07-05 21:45:46.236778'),
  (3, 3, 8, 381.0700, 'EUR', 'authorised', NULL, 'automatic', 'STAG-260222-00003', '2026-02-22 00:08:42.363468'),
  (4, 1, 5, 302.9400, 'EUR', 'captured', NULL, 'automatic', 'STAG-260427-00004', '2026-04-27 07:43:46.974360'),
  (5, 3, 8, 14.1200, 'EUR', 'declined', '51', 'automatic', 'STAG-260729-00005', '2026-07-29 03:54:47.780074'),
  (6, 2, 5, 315.8300, 'EUR', 'captured', NULL, 'automatic', 'STAG-260728-00006', '2026-07-28 03:48:31.547430'),
  (7, 3, 7, 165.2600, 'EUR', 'captured', NULL, 'manual', 'STAG-260428-00007', '2026-04-28 19:22:42.062755'),
  (8, 1, 1, 392.3900, 'EUR', 'captured', NULL, 'automatic', 'STAG-260122-00008', '2026-01-22 22:55:21.136044'),
  (9, 2, 7, 448.8200, 'EUR', 'authorised', NULL, 'automatic', 'STAG-260620-00009', '2026-06-20 23:48:01.558311'),
  (10, 1, 4, 11.4000, 'EUR', 'declined', '14', 'automatic', 'STAG-260718-00010', '2026-07-18 05:06:43.626126'),
  (11, 2, 5, 50.1800, 'EUR', 'captured', NULL, 'automatic', 'STAG-260202-00011', '2026-02-02 15:32:22.973094'),
  (12, 2, 5, 65.2900, 'EUR', 'refunded', NULL, 'automatic', 'STAG-261011-00012', '2026-10-11 15:48:39.538081'),
  (13, 3, 6, 200.2300, 'EUR', 'captured', NULL, 'manual', 'STAG-260107-00013', '2026-01-07 10:55:10.047640'),
  (14, 2, 1, 192.1300, 'EUR', 'captured', NULL, 'automatic', 'STAG-260105-00014', '2026-01-05 12:54:15.304317'),
  (15, 2, 2, 377.4800, 'EUR', 'captured', NULL, 'automatic', 'STAG-260709-00015', '2026-07-09 14:25:52.536964'),
  (16, 3, 6, 57.8900, 'EUR', 'captured', NULL, 'automatic', 'STAG-260806-00016', '2026-08-06 05:05:54.052000'),
  (17, 3, 5, 67.0700, 'EUR', 'captured', NULL, 'automatic', 'STAG-260330-00017', '2026-03-30 13:20:04.161270'),
  (18, 1, 5, 73.9000, 'EUR', 'captured', NULL, 'automatic', 'STAG-260710-00018', '2026-07-10 08:44:56.267462'),
  (19, 3, 6, 29.7900, 'EUR', 'captured', NULL, 'automatic', 'STAG-260806-00019', '2026-08-06 16:44:08.666139'),
  (20, 2, 4, 62.2900, 'EUR', 'captured', NULL, 'automatic', 'STAG-260512-00020', '2026-05-12 16:25:05.439598'),
  (21, 2, 2, 267.7600, 'EUR', 'authorised', NULL, 'manual', 'STAG-260210-00021', '2026-02-10 19:30:24.019714'),
  (22, 2, 8, 443.3200, 'EUR', 'captured', NULL, 'automatic', 'STAG-261102-00022', '2026-11-02 09:05:39.729425'),
  (23, 1, 7, 283.2700, 'EUR', 'captured', NULL, 'manual', 'STAG-260713-00023', '2026-07-13 02:30:11.382310'),
  (24, 3, 4, 408.1500, 'EUR', 'captured', NULL, 'automatic', 'STAG-260823-00024', '2026-08-23 22:58:34.182520');

INSERT INTO payment_event (payment_id, happened_at, kind, detail) VALUES
  (1, '2026-07-25 13:20:04.660836', 'authorised', NULL),
  (1, '2026-07-25 14:20:04.660836', 'captured', '{"attempt": 1}'),
  (2, '2026-07-05 21:45:46.236778', 'authorised', NULL),
  (2, '2026-07-05 22:45:46.236778', 'captured', '{"attempt": 1}'),
  (3, '2026-02-22 00:08:42.363468', 'authorised', NULL),
  (4, '2026-04-27 07:43:46.974360', 'authorised', NULL),
  (4, '2026-04-27 08:43:46.974360', 'captured', '{"attempt": 1}'),
  (5, '2026-07-29 03:54:47.780074', 'declined', '{"code": "51"}'),
  (6, '2026-07-28 03:48:31.547430', 'authorised', NULL),
  (6, '2026-07-28 04:48:31.547430', 'captured', '{"attempt": 1}'),
  (7, '2026-04-28 19:22:42.062755', 'authorised', NULL),
  (7, '2026-04-28 20:22:42.062755', 'captured', '{"attempt": 1}'),
  (8, '2026-01-22 22:55:21.136044', 'authorised', NULL),
  (8, '2026-01-22 23:55:21.136044', 'captured', '{"attempt": 1}'),
  (9, '2026-06-20 23:48:01.558311', 'authorised', NULL),
  (10, '2026-07-18 05:06:43.626126', 'declined', '{"code": "14"}'),
  (11, '2026-02-02 15:32:22.973094', 'authorised', NULL),
  (11, '2026-02-02 16:32:22.973094', 'captured', '{"attempt": 1}'),
  (12, '2026-10-11 15:48:39.538081', 'authorised', NULL),
  (12, '2026-10-11 16:48:39.538081', 'captured', '{"attempt": 1}'),
  (12, '2026-10-12 16:48:39.538081', 'refunded', NULL),
  (13, '2026-01-07 10:55:10.047640', 'authorised', NULL),
  (13, '2026-01-07 11:55:10.047640', 'captured', '{"attempt": 1}'),
  (14, '2026-01-05 12:54:15.304317', 'authorised', NULL),
  (14, '2026-01-05 13:54:15.304317', 'captured', '{"attempt": 1}'),
  (15, '2026-07-09 14:25:52.536964', 'authorised', NULL),
  (15, '2026-07-09 15:25:52.536964', 'captured', '{"attempt": 1}'),
  (16, '2026-08-06 05:05:54.052000', 'authorised', NULL),
  (16, '2026-08-06 06:05:54.052000', 'captured', '{"attempt": 1}'),
  (17, '2026-03-30 13:20:04.161270', 'authorised', NULL),
  (17, '2026-03-30 14:20:04.161270', 'captured', '{"attempt": 1}'),
  (18, '2026-07-10 08:44:56.267462', 'authorised', NULL),
  (18, '2026-07-10 09:44:56.267462', 'captured', '{"attempt": 1}'),
  (19, '2026-08-06 16:44:08.666139', 'authorised', NULL),
  (19, '2026-08-06 17:44:08.666139', 'captured', '{"attempt": 1}'),
  (20, '2026-05-12 16:25:05.439598', 'authorised', NULL),
  (20, '2026-05-12 17:25:05.439598', 'captured', '{"attempt": 1}'),
  (21, '2026-02-10 19:30:24.019714', 'authorised', NULL),
  (22, '2026-11-02 09:05:39.729425', 'authorised', NULL),
  (22, '2026-11-02 10:05:39.729425', 'captured', '{"attempt": 1}'),
  (23, '2026-07-13 02:30:11.382310', 'authorised', NULL),
  (23, '2026-07-13 03:30:11.382310', 'captured', '{"attempt": 1}'),
  (24, '2026-08-23 22:58:34.182520', 'authorised', NULL),
  (24, '2026-08-23 23:58:34.182520', 'captured', '{"attempt": 1}');

INSERT INTO refund (id, payment_id, amount, reason, created_at) VALUES
  (1, 12, 65.2900, 'wrong size', '2026-10-12 16:48:39.538081');

INSERT INTO ledger_account (id, account_id, name, currency_code, side) VALUES
  (1, NULL, 'Card receivables', 'EUR', 'asset'),
  (2, NULL, 'Owed to merchants', 'EUR', 'liability'),
  (3, NULL, 'Fee income', 'EUR', 'income'),
  (4, 1, 'Customer account 1', 'CHF', 'liability'),
  (5, 2, 'Customer account 2', 'CHF', 'liability'),
  (6, 3, 'Customer account 3', 'EUR', 'liability'),
  (7, 4, 'Customer account 4', 'USD', 'liability'),
  (8, 5, 'Customer account 5', 'EUR', 'liability'),
  (9, 6, 'Customer account 6', 'EUR', 'liability'),
  (10, 7, 'Customer account 7', 'SEK', 'liability'),
  (11, 8, 'Customer account 8', 'EUR', 'liability');

INSERT INTO ledger_entry (id, payment_id, booked_at, narrative) VALUES
  (1, 1, '2026-07-25 13:20:04.660836', 'capture'),
  (2, 2, '2026-07-05 21:45:46.236778', 'capture'),
  (3, 4, '2026-04-27 07:43:46.974360', 'capture'),
  (4, 6, '2026-07-28 03:48:31.547430', 'capture'),
  (5, 7, '2026-04-28 19:22:42.062755', 'capture'),
  (6, 8, '2026-01-22 22:55:21.136044', 'capture'),
  (7, 11, '2026-02-02 15:32:22.973094', 'capture'),
  (8, 13, '2026-01-07 10:55:10.047640', 'capture'),
  (9, 14, '2026-01-05 12:54:15.304317', 'capture'),
  (10, 15, '2026-07-09 14:25:52.536964', 'capture'),
  (11, 16, '2026-08-06 05:05:54.052000', 'capture'),
  (12, 17, '2026-03-30 13:20:04.161270', 'capture'),
  (13, 18, '2026-07-10 08:44:56.267462', 'capture'),
  (14, 19, '2026-08-06 16:44:08.666139', 'capture'),
  (15, 20, '2026-05-12 16:25:05.439598', 'capture'),
  (16, 22, '2026-11-02 09:05:39.729425', 'capture'),
  (17, 23, '2026-07-13 02:30:11.382310', 'capture'),
  (18, 24, '2026-08-23 22:58:34.182520', 'capture');

INSERT INTO ledger_posting (entry_id, line_no, ledger_account_id, amount) VALUES
  (1, 1, 1, 180.7800),
  (1, 2, 2, -180.7800),
  (2, 1, 1, 214.3200),
  (2, 2, 2, -214.3200),
  (3, 1, 1, 302.9400),
  (3, 2, 2, -302.9400),
  (4, 1, 1, 315.8300),
  (4, 2, 2, -315.8300),
  (5, 1, 1, 165.2600),
  (5, 2, 2, -165.2600),
  (6, 1, 1, 392.3900),
  (6, 2, 2, -392.3900),
  (7, 1, 1, 50.1800),
  (7, 2, 2, -50.1800),
  (8, 1, 1, 200.2300),
  (8, 2, 2, -200.2300),
  (9, 1, 1, 192.1300),
  (9, 2, 2, -192.1300),
  (10, 1, 1, 377.4800),
  (10, 2, 2, -377.4800),
  (11, 1, 1, 57.8900),
  (11, 2, 2, -57.8900),
  (12, 1, 1, 67.0700),
  (12, 2, 2, -67.0700),
  (13, 1, 1, 73.9000),
  (13, 2, 2, -73.9000),
  (14, 1, 1, 29.7900),
  (14, 2, 2, -29.7900),
  (15, 1, 1, 62.2900),
  (15, 2, 2, -62.2900),
  (16, 1, 1, 443.3200),
  (16, 2, 2, -443.3200),
  (17, 1, 1, 283.2700),
  (17, 2, 2, -283.2700),
  (18, 1, 1, 408.1500),
  (18, 2, 2, -408.1500);

INSERT INTO settlement_batch (id, merchant_id, currency_code, settles_on, gross, fees, closed_at) VALUES
  (1, 1, 'EUR', '2026-11-20', 910.2300, 64.4000, '2026-11-19 23:00:00'),
  (2, 2, 'EUR', '2026-11-20', 2468.8100, 9.6100, '2026-11-19 23:00:00'),
  (3, 3, 'EUR', '2026-11-20', 1514.7200, 83.9200, NULL);

INSERT INTO payout (id, batch_id, account_id, amount, sent_at) VALUES
  (1, 1, 7, 910.2300, '2026-11-20 06:00:00.000'),
  (2, 2, 7, 2468.8100, '2026-11-20 06:00:00.000');

INSERT INTO idempotency_key (request_key, merchant_id, response, expires_at) VALUES
  (X'AAB1F0D09020FFF1DC2AE903637B2ECC322669EE00', 1, '{"status": 201}', '2026-11-23 00:00:00'),
  (X'001ECD56F06230207EA8E9AC7746EAF5BF3E88CF00', 2, '{"status": 201}', '2026-11-23 00:00:00'),
  (X'820545F46059EF4EF6DD0F16EBBF7BB38FCCF47800', 3, '{"status": 201}', '2026-11-23 00:00:00');

INSERT INTO audit_log (id, actor, action, subject, created_at) VALUES
  (1, 'ops2@example.com', 'customer.blocked', 'customer/8', '2026-11-15 08:00:00.338356'),
  (2, 'ops2@example.com', 'card.viewed', 'customer/2', '2026-11-15 08:00:00.942643'),
  (3, 'ops3@example.com', 'card.viewed', 'customer/1', '2026-11-14 08:00:00.187359'),
  (4, 'ops3@example.com', 'payout.approved', 'customer/8', '2026-11-12 08:00:00.322392'),
  (5, 'ops1@example.com', 'customer.blocked', 'customer/1', '2026-11-12 08:00:00.145285'),
  (6, 'ops1@example.com', 'card.viewed', 'customer/5', '2026-11-10 08:00:00.256421'),
  (7, 'ops3@example.com', 'customer.blocked', 'customer/8', '2026-11-16 08:00:00.391748'),
  (8, 'ops2@example.com', 'payout.approved', 'customer/2', '2026-11-17 08:00:00.686610');

INSERT INTO fraud_alert (id, payment_id, rule_id, score, raised_at) VALUES
  (1, 5, 12, 11.136, '2026-07-29 03:54:47'),
  (2, 10, 3, 0.382, '2026-07-18 05:06:43');

INSERT INTO merchant_day (merchant_id, day, currency_code, payments, volume) VALUES
  (1, '2026-01-22', 'EUR', 1, 392.3900),
  (1, '2026-04-27', 'EUR', 1, 302.9400),
  (1, '2026-07-05', 'EUR', 1, 214.3200),
  (1, '2026-07-10', 'EUR', 1, 73.9000),
  (1, '2026-07-13', 'EUR', 1, 283.2700),
  (2, '2026-01-05', 'EUR', 1, 192.1300),
  (2, '2026-02-02', 'EUR', 1, 50.1800),
  (2, '2026-05-12', 'EUR', 1, 62.2900),
  (2, '2026-07-09', 'EUR', 1, 377.4800),
  (2, '2026-07-28', 'EUR', 1, 315.8300),
  (2, '2026-11-02', 'EUR', 1, 443.3200),
  (3, '2026-01-07', 'EUR', 1, 200.2300),
  (3, '2026-03-30', 'EUR', 1, 67.0700),
  (3, '2026-04-28', 'EUR', 1, 165.2600),
  (3, '2026-07-25', 'EUR', 1, 180.7800),
  (3, '2026-08-06', 'EUR', 2, 87.6800),
  (3, '2026-08-23', 'EUR', 1, 408.1500);


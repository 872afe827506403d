-- More that dev's schema has and staging's has not: what only MySQL 8.0.23 and later have. Run after 02-dev.sql, on MySQL.

USE payments;

-- A functional key and a descending one.
ALTER TABLE customer ADD KEY ix_customer_lower_name ((LOWER(full_name)));
ALTER TABLE refund ADD KEY ix_refund_newest (created_at DESC, id);

-- An invisible column with a default that is an expression.
ALTER TABLE fraud_alert ADD COLUMN model_version VARCHAR(20) NOT NULL DEFAULT (CONCAT('v', 1)) INVISIBLE;

-- A multi-valued key on a JSON array.
ALTER TABLE webhook_endpoint ADD KEY ix_webhook_endpoint_topics ((CAST(topics AS CHAR(60) ARRAY)));

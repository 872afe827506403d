ALTER DATABASE golden COMMENT 'it''s the "same"';
CREATE VIEW v AS SELECT 1 AS one;

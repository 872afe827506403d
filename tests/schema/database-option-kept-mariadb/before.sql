ALTER DATABASE golden COMMENT 'it''s the "same"';

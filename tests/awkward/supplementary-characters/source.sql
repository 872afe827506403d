-- Emoji, joined emoji, composed and decomposed letters.

SET NAMES utf8mb4;

CREATE TABLE t (
  id INT NOT NULL PRIMARY KEY,
  v VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL
);

INSERT INTO t (id, v) VALUES
  (1, '💳'),
  (2, '👩‍💻'),
  (3, 'é'),
  (4, '𝔘𝔫𝔦'),
  (5, '🇪🇺'),
  (6, '‮abc');

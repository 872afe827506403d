-- Tables with spaces, backticks, dots and reserved words in their names, tied by foreign keys.

SET NAMES utf8mb4;

CREATE TABLE `a b` (
  `key` INT NOT NULL PRIMARY KEY,
  `value` VARCHAR(10) NULL
);

CREATE TABLE `a``b` (
  `key` INT NOT NULL PRIMARY KEY,
  `value` VARCHAR(10) NULL,
  `ref` INT NULL,
  FOREIGN KEY (`ref`) REFERENCES `a b` (`key`)
);

CREATE TABLE `a.b` (
  `key` INT NOT NULL PRIMARY KEY,
  `value` VARCHAR(10) NULL,
  `ref` INT NULL,
  FOREIGN KEY (`ref`) REFERENCES `a``b` (`key`)
);

CREATE TABLE `o'clock` (
  `key` INT NOT NULL PRIMARY KEY,
  `value` VARCHAR(10) NULL,
  `ref` INT NULL,
  FOREIGN KEY (`ref`) REFERENCES `a.b` (`key`)
);

CREATE TABLE `order` (
  `key` INT NOT NULL PRIMARY KEY,
  `value` VARCHAR(10) NULL,
  `ref` INT NULL,
  FOREIGN KEY (`ref`) REFERENCES `o'clock` (`key`)
);

CREATE TABLE `☕` (
  `key` INT NOT NULL PRIMARY KEY,
  `value` VARCHAR(10) NULL,
  `ref` INT NULL,
  FOREIGN KEY (`ref`) REFERENCES `order` (`key`)
);

CREATE TABLE `a?b` (
  `key` INT NOT NULL PRIMARY KEY,
  `value` VARCHAR(10) NULL,
  `ref` INT NULL,
  FOREIGN KEY (`ref`) REFERENCES `☕` (`key`)
);

CREATE TABLE `$t` (
  `key` INT NOT NULL PRIMARY KEY,
  `value` VARCHAR(10) NULL,
  `ref` INT NULL,
  FOREIGN KEY (`ref`) REFERENCES `a?b` (`key`)
);

CREATE TABLE `A-1` (
  `key` INT NOT NULL PRIMARY KEY,
  `value` VARCHAR(10) NULL,
  `ref` INT NULL,
  FOREIGN KEY (`ref`) REFERENCES `$t` (`key`)
);

INSERT INTO `a b` (`key`, `value`) VALUES (1, 't'), (3, 't');
INSERT INTO `a``b` (`key`, `value`) VALUES (1, 't'), (3, 't');
INSERT INTO `a.b` (`key`, `value`) VALUES (1, 't'), (3, 't');
INSERT INTO `o'clock` (`key`, `value`) VALUES (1, 't'), (3, 't');
INSERT INTO `order` (`key`, `value`) VALUES (1, 't'), (3, 't');
INSERT INTO `☕` (`key`, `value`) VALUES (1, 't'), (3, 't');
INSERT INTO `a?b` (`key`, `value`) VALUES (1, 't'), (3, 't');
INSERT INTO `$t` (`key`, `value`) VALUES (1, 't'), (3, 't');
INSERT INTO `A-1` (`key`, `value`) VALUES (1, 't'), (3, 't');
UPDATE `a``b` SET `ref` = 3;

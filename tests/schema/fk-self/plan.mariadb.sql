-- safe: table `golden`.`u`: creates the table
CREATE TABLE `u` (
  `id` int(11) NOT NULL,
  `parent` int(11) DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `uu` (`parent`),
  CONSTRAINT `uu` FOREIGN KEY (`parent`) REFERENCES `u` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
-- safe: table `golden`.`t`: adds column `parent`; builds key `up` beside running traffic
ALTER TABLE `t`
  ADD COLUMN `parent` int(11) DEFAULT NULL,
  ADD KEY `up` (`parent`);
-- may fail: table `golden`.`t`: adds foreign key `up`: fails where rows have no parent
ALTER TABLE `t` ADD CONSTRAINT `up` FOREIGN KEY (`parent`) REFERENCES `t` (`id`) ON DELETE CASCADE;

CREATE TABLE `select` (`a``b` INT, `from` INT, `größe €` INT);

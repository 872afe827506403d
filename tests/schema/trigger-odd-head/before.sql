CREATE TABLE `for` (a INT);

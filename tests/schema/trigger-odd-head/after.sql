CREATE TABLE `for` (a INT);
DELIMITER //
CREATE   trigger /* FOR EACH ROW */ golden.`each` before
 insert on golden.`for` for each row begin set @a = 1; set @b = 'FOR EACH ROW'; end//

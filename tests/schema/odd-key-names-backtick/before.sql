CREATE TABLE `p``1` (`i``d` INT PRIMARY KEY, v INT);
CREATE TABLE `c``1` (id INT PRIMARY KEY, `r``f` INT, KEY (`r``f`), CONSTRAINT `x``y` FOREIGN KEY (`r``f`) REFERENCES `p``1` (`i``d`), CONSTRAINT `gone``` FOREIGN KEY (id) REFERENCES `p``1` (`i``d`));

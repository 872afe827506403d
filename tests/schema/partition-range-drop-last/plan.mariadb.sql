-- destructive: table `golden`.`t`: destroys the rows in partition `p1`: no other partition takes them
ALTER TABLE `t` DROP PARTITION `p1`;

-- safe: table `golden`.`u`: creates the table
CREATE TABLE `u` (
  `b` varchar(3) DEFAULT NULL
) ENGINE=InnoDB DEFAULT CHARSET=latin1 COLLATE=latin1_german1_ci;

-- slow: table `golden`.`m`: sets INSERT_METHOD (the engine copies the table); sets UNION (the engine copies the table)
ALTER TABLE `m`
  INSERT_METHOD=LAST,
  UNION=(`m1`,`m2`);

-- safe: table `golden`.`m`: sets INSERT_METHOD; sets UNION
ALTER TABLE `m`
  INSERT_METHOD=LAST,
  UNION=(`m1`,`m2`);

-- note: table `golden`.`t`: rows that exist get the moment of the change in the new column `l` (CURRENT_TIMESTAMP(6)), in the target's time zone SYSTEM
-- note: table `golden`.`t`: rows that exist get the moment of the change in the new column `m` (CURRENT_TIMESTAMP(3)), in the target's time zone SYSTEM
-- safe: table `golden`.`t`: adds column `b`; adds column `c`; adds column `d`; adds column `e`; adds column `f`; adds column `g`; adds column `h`; adds column `i`; adds column `j`; adds column `k`; adds column `l`; adds column `m`; adds column `n`; adds column `o`; adds column `p`; adds column `q`
ALTER TABLE `t`
  ADD COLUMN `b` varchar(9) DEFAULT 'NULL',
  ADD COLUMN `c` varchar(20) DEFAULT 'CURRENT_TIMESTAMP',
  ADD COLUMN `d` double DEFAULT '10000000000',
  ADD COLUMN `e` date DEFAULT '2000-01-01',
  ADD COLUMN `f` time DEFAULT '-12:00:00',
  ADD COLUMN `g` year DEFAULT '2000',
  ADD COLUMN `h` enum('x','y') DEFAULT 'y',
  ADD COLUMN `i` set('a','b') DEFAULT 'a,b',
  ADD COLUMN `j` binary(3) DEFAULT 'a\0b',
  ADD COLUMN `k` varbinary(4) DEFAULT 0x00FF,
  ADD COLUMN `l` timestamp(6) NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
  ADD COLUMN `m` datetime(3) DEFAULT CURRENT_TIMESTAMP(3),
  ADD COLUMN `n` bit(8) DEFAULT b'101',
  ADD COLUMN `o` char(2) DEFAULT '',
  ADD COLUMN `p` decimal(4,1) DEFAULT '0.0',
  ADD COLUMN `q` tinyint(1) DEFAULT '1';

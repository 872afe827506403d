//! Private MySQL and MariaDB servers on this machine, for trials and tests.

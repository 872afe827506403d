//! What a server of one's own does not have by itself and an Aurora cluster does: a master user who is no superuser.

/// Rights of the master user of Aurora MySQL 3, as far as every version of MySQL since 8.0 has them by these names.
/// (Source: Amazon Aurora User Guide, "Master user account privileges".) What it lacks, and a `GRANT ALL` would give: `FILE`,
/// `SHUTDOWN`, `SUPER`, `CREATE TABLESPACE`, `BINLOG_ADMIN`, `SYSTEM_VARIABLES_ADMIN`, `SYSTEM_USER`, `BACKUP_ADMIN` and
/// the like.
const RIGHTS: &str = "ALTER, ALTER ROUTINE, CREATE, CREATE ROLE, CREATE ROUTINE, CREATE TEMPORARY TABLES, CREATE USER, \
    CREATE VIEW, DELETE, DROP, DROP ROLE, EVENT, EXECUTE, INDEX, INSERT, LOCK TABLES, PROCESS, REFERENCES, RELOAD, \
    REPLICATION CLIENT, REPLICATION SLAVE, SELECT, SHOW DATABASES, SHOW VIEW, TRIGGER, UPDATE, \
    APPLICATION_PASSWORD_ADMIN, CONNECTION_ADMIN, ROLE_ADMIN, XA_RECOVER_ADMIN, SHOW_ROUTINE, \
    FLUSH_OPTIMIZER_COSTS, FLUSH_STATUS, FLUSH_TABLES, FLUSH_USER_RESOURCES";

/// `SET_USER_ID`, which Aurora MySQL 3 also gives, was split into these by MySQL 8.2 and is gone since 8.4.
/// (Source: MySQL Reference Manual, "Privileges Provided by MySQL".)
const SET_USER_ID: &str = "SET_ANY_DEFINER, ALLOW_NONEXISTENT_DEFINER";

/// The statements by which `root` makes a user with the rights of Aurora's master, on MySQL 8.4 and later. It may only log in
/// over TLS. The password is put in as it is and may hold neither `'` nor `\`.
pub fn create_master(user: &str, password: &str) -> [String; 2] {
    [
        format!("CREATE USER {user}@'%' IDENTIFIED BY '{password}' REQUIRE SSL"),
        format!("GRANT {RIGHTS}, {SET_USER_ID} ON *.* TO {user}@'%' WITH GRANT OPTION"),
    ]
}

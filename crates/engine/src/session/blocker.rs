//! What a connection waits for, and who keeps it waiting, as far as the account may see.

use std::fmt;

use mysql::Conn;
use mysql::prelude::Queryable;

/// A wait for a lock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wait {
    /// What the server calls it: `Waiting for global read lock`.
    state: String,
    holder: Option<Holder>,
}

/// The connection that holds the lock.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Holder {
    connection: u64,
    account: String,
    /// How long its last statement is past.
    seconds: u64,
}

impl fmt::Display for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.state.strip_prefix("Waiting for ") {
            Some("global read lock") => {
                "the server's global read lock (FLUSH TABLES WITH READ LOCK, or a backup)".to_owned()
            }
            Some("commit lock") => "the server's commit lock (FLUSH TABLES WITH READ LOCK, or a backup)".to_owned(),
            Some("backup lock") => {
                "the server's backup lock (LOCK INSTANCE FOR BACKUP, BACKUP STAGE, or FLUSH TABLES WITH READ LOCK)".to_owned()
            }
            Some(other) => format!("a {other}"),
            None => self.state.clone(),
        };
        write!(f, "it waited for {what}")?;
        match &self.holder {
            Some(Holder { connection, account, seconds }) => write!(
                f,
                ", which connection {connection} ({account}) holds; its last statement was {seconds} s ago"
            ),
            None => write!(
                f,
                "; who holds it this account cannot see: ask an administrator for performance_schema.metadata_locks (MySQL), \
                 the plugin metadata_lock_info (MariaDB), or SHOW PROCESSLIST"
            ),
        }
    }
}

/// What `connection` waits for now; `None` when it waits for no lock, or the server does not say.
pub(super) fn of(conn: &mut Conn, connection: u32) -> Option<Wait> {
    let state = format!("SELECT STATE FROM information_schema.PROCESSLIST WHERE ID = {connection}");
    let state: Option<String> = conn.query_first::<Option<String>, _>(state).ok().flatten().flatten();
    let state = state.filter(|s| s.starts_with("Waiting for ") && s.ends_with(" lock"))?;
    let holder = holder_on_mysql(conn, connection).or_else(|| holder_on_mariadb(conn, connection, &state));
    Some(Wait { state, holder })
}

/// The connection that holds a lock on the whole server of `conn`, in words, where the account may see it.
pub(super) fn of_server(conn: &mut Conn) -> Option<String> {
    let mysql = "SELECT t.PROCESSLIST_ID, t.PROCESSLIST_USER, t.PROCESSLIST_HOST, t.PROCESSLIST_TIME \
         FROM performance_schema.metadata_locks h JOIN performance_schema.threads t ON t.THREAD_ID = h.OWNER_THREAD_ID \
         WHERE h.OBJECT_TYPE IN ('GLOBAL', 'COMMIT', 'BACKUP LOCK') AND h.LOCK_STATUS = 'GRANTED' \
           AND h.LOCK_TYPE NOT LIKE 'INTENTION%' AND t.PROCESSLIST_ID <> CONNECTION_ID() LIMIT 1";
    let row = conn.query_first::<Row, _>(mysql).ok().flatten().map(holder);
    let found = row.or_else(|| holder_on_mariadb(conn, 0, "Waiting for backup lock"));
    found.map(|Holder { connection, account, seconds }| {
        format!(
            "connection {connection} ({account}) holds a lock on the whole server; its last statement was {seconds} s ago"
        )
    })
}

type Row = (u64, Option<String>, Option<String>, Option<u64>);

fn holder((connection, user, host, seconds): Row) -> Holder {
    let account = format!("{}@{}", user.unwrap_or_default(), host.unwrap_or_default());
    Holder { connection, account, seconds: seconds.unwrap_or(0) }
}

/// From the locks that the performance schema lists, where it is on and the account may read it.
fn holder_on_mysql(conn: &mut Conn, connection: u32) -> Option<Holder> {
    let query = format!(
        "SELECT t.PROCESSLIST_ID, t.PROCESSLIST_USER, t.PROCESSLIST_HOST, t.PROCESSLIST_TIME \
         FROM performance_schema.threads me \
         JOIN performance_schema.metadata_locks w ON w.OWNER_THREAD_ID = me.THREAD_ID AND w.LOCK_STATUS = 'PENDING' \
         JOIN performance_schema.metadata_locks h ON h.OBJECT_TYPE = w.OBJECT_TYPE AND h.OBJECT_SCHEMA <=> w.OBJECT_SCHEMA \
           AND h.OBJECT_NAME <=> w.OBJECT_NAME AND h.LOCK_STATUS = 'GRANTED' AND h.LOCK_TYPE NOT LIKE 'INTENTION%' \
           AND h.OWNER_THREAD_ID <> w.OWNER_THREAD_ID \
         JOIN performance_schema.threads t ON t.THREAD_ID = h.OWNER_THREAD_ID \
         WHERE me.PROCESSLIST_ID = {connection} ORDER BY t.PROCESSLIST_TIME DESC LIMIT 1"
    );
    conn.query_first::<Row, _>(query).ok().flatten().map(holder)
}

/// From the locks that the plugin `metadata_lock_info` lists, where it is there.
fn holder_on_mariadb(conn: &mut Conn, connection: u32, state: &str) -> Option<Holder> {
    let is_global = state.contains("backup") || state.contains("global") || state.contains("commit");
    let lock = match is_global {
        true => {
            "m.LOCK_TYPE LIKE 'Backup%' AND m.LOCK_MODE NOT LIKE 'MDL_BACKUP\\_D%' AND m.LOCK_MODE NOT LIKE '%\\_TRANS\\_%'"
        }
        false => "m.LOCK_TYPE LIKE 'Table%'",
    };
    let query = format!(
        "SELECT p.ID, p.USER, p.HOST, p.TIME FROM information_schema.METADATA_LOCK_INFO m \
         JOIN information_schema.PROCESSLIST p ON p.ID = m.THREAD_ID \
         WHERE p.ID <> {connection} AND {lock} ORDER BY p.TIME DESC LIMIT 1"
    );
    conn.query_first::<Row, _>(query).ok().flatten().map(holder)
}

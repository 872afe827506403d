//! The floor: the driver that lockstep is built on, doing no more than to fetch what must be looked at.

use std::thread;

use anyhow::{Context, Result};
use mysql::prelude::Queryable;
use mysql::{Conn, OptsBuilder, Row};

fn connect(port: u16, database: &str) -> Result<Conn> {
    let options = OptsBuilder::new()
        .user(Some("root"))
        .ip_or_hostname(Some("127.0.0.1"))
        .tcp_port(port)
        .prefer_socket(false)
        .db_name(Some(database))
        .max_allowed_packet(Some(1 << 30))
        .stmt_cache_size(0);
    Conn::new(options).with_context(|| format!("port {port}"))
}

/// Runs `work` for each port at once.
fn on_each(ports: &[u16], work: impl Fn(u16) -> Result<()> + Sync) -> Result<()> {
    thread::scope(|scope| {
        let threads: Vec<_> = ports.iter().map(|port| scope.spawn(|| work(*port))).collect();
        threads.into_iter().try_for_each(join)
    })
}

fn join(thread: thread::ScopedJoinHandle<'_, Result<()>>) -> Result<()> {
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// Lists what a database holds and fetches the definition of each, one statement after the other, on so many
/// connections to each server.
pub(super) fn schemas(database: &str, connections: usize, ports: &[u16]) -> Result<()> {
    on_each(ports, |port| {
        let statements = statements(&mut connect(port, database)?)?;
        let share = statements.len().div_ceil(connections.max(1)).max(1);
        thread::scope(|scope| {
            let threads: Vec<_> = statements
                .chunks(share)
                .map(|chunk| {
                    scope.spawn(move || {
                        let mut conn = connect(port, database)?;
                        for statement in chunk {
                            let row: Option<Row> = conn.query_first(statement)?;
                            row.with_context(|| format!("{statement} returned nothing"))?;
                        }
                        Ok(())
                    })
                })
                .collect();
            threads.into_iter().try_for_each(join)
        })
    })
}

/// The `SHOW CREATE` of every table, view, routine and trigger of the connection's database.
fn statements(conn: &mut Conn) -> Result<Vec<String>> {
    let names: Vec<(String, String)> = conn.query(
        "SELECT IF(table_type = 'VIEW', 'VIEW', 'TABLE'), table_name FROM information_schema.tables \
         WHERE table_schema = DATABASE() \
         UNION ALL SELECT routine_type, routine_name FROM information_schema.routines \
         WHERE routine_schema = DATABASE() \
         UNION ALL SELECT 'TRIGGER', trigger_name FROM information_schema.triggers \
         WHERE trigger_schema = DATABASE()",
    )?;
    Ok(names.into_iter().map(|(kind, name)| format!("SHOW CREATE {kind} `{name}`")).collect())
}

/// Streams every row of every table in the order of its primary key, over the binary protocol.
pub(super) fn rows(database: &str, ports: &[u16]) -> Result<()> {
    on_each(ports, |port| {
        let mut conn = connect(port, database)?;
        conn.query_drop("SET character_set_results = NULL")?;
        let tables: Vec<(String, String)> = conn.query(
            "SELECT table_name, GROUP_CONCAT(column_name ORDER BY seq_in_index) \
             FROM information_schema.statistics \
             WHERE table_schema = DATABASE() AND index_name = 'PRIMARY' GROUP BY table_name",
        )?;
        for (table, key) in tables {
            for row in conn.exec_iter(format!("SELECT * FROM `{table}` ORDER BY {key}"), ())? {
                row?;
            }
        }
        Ok(())
    })
}

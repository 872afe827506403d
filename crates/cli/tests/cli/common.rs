//! Runs the `lockstep` binary as a user would.

use std::process::{Command, Output};

use lockstep_sandbox::testing::{Endpoint, Kind, Pair, pair, unique_database};
use mysql::prelude::Queryable;

/// Both flavours that everything must work on.
pub const FLAVORS: [Kind; 2] = [Kind::MySql97, Kind::MariaDb1011];

/// The command with an environment of its own: no variable of the caller changes what it does.
pub fn lockstep(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lockstep"));
    with_own_environment(&mut command);
    command.args(arguments).stdin(std::process::Stdio::null());
    command
}

/// Leaves a command of the caller's environment only what finds programs and folders: no colours, width, language, time
/// zone, shell or password of whoever runs the tests.
pub fn with_own_environment(command: &mut Command) {
    command.env_clear();
    for kept in ["PATH", "HOME", "XDG_CACHE_HOME", "TMPDIR", "LLVM_PROFILE_FILE"] {
        if let Some(value) = std::env::var_os(kept) {
            command.env(kept, value);
        }
    }
}

/// What a finished command said.
pub struct Ran {
    /// Its exit code.
    pub code: i32,
    /// Its stdout.
    pub out: String,
    /// Its stderr.
    pub err: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl Ran {
    /// Panics with everything that was said unless the exit code is `code`.
    #[track_caller]
    pub fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, code, "\n--- stdout\n{}\n--- stderr\n{}", self.out, self.err);
        self
    }
}

/// Runs the command to its end.
pub fn run(arguments: &[&str]) -> Ran {
    lockstep(arguments).output().expect("the lockstep binary runs").into()
}

/// The rows of a query, every value as text and NULL as `NULL`.
pub fn rows(server: &Endpoint, sql: &str) -> Vec<Vec<String>> {
    let rows: Vec<mysql::Row> = server.connect().query(sql).expect("the query runs");
    let text = |value: mysql::Value| match value {
        mysql::Value::NULL => "NULL".to_owned(),
        mysql::Value::Bytes(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        other => other.as_sql(false),
    };
    rows.into_iter().map(|row| row.unwrap().into_iter().map(text).collect()).collect()
}

/// A source and a target server with one database of the same name on both.
pub struct Shop {
    /// The servers.
    pub pair: Pair,
    /// The database.
    pub database: String,
}

impl Shop {
    /// Makes the database on both servers and runs one script on each.
    pub fn new(kind: Kind, source: &str, target: &str) -> Self {
        let (pair, database) = (pair(kind), unique_database("shop"));
        for (server, script) in [(&pair.source, source), (&pair.target, target)] {
            server.execute(&format!("CREATE DATABASE {database}"));
            server.run_script(&database, script);
        }
        Self { pair, database }
    }

    /// Runs a command with both URLs and the scope; `tables` are the reference tables.
    pub fn lockstep(&self, command: &str, tables: &[&str], more: &[&str]) -> Ran {
        let (from, to) = (self.pair.source.url(), self.pair.target.url());
        let mut arguments = vec![command, &from, &to, "--database", &self.database];
        let references: Vec<String> = tables.iter().map(|t| format!("{}.{t}", self.database)).collect();
        for reference in &references {
            arguments.extend(["--reference", reference]);
        }
        arguments.extend(more);
        if matches!(command, "sync" | "apply") {
            // Tests share their servers, and a target takes one run at a time.
            arguments.extend(["--wait", "120s"]);
        }
        run(&arguments)
    }
}

/// Every database, and every table's definition and checksum, to compare before and after. The journal is not
/// among them: a run that fails is noted there.
pub fn fingerprint(server: &Endpoint) -> Vec<String> {
    let mut conn = server.connect();
    let mut out: Vec<String> = conn.query("SHOW DATABASES").expect("the databases are listed");
    let tables: Vec<(String, String)> = conn
        .query(
            "SELECT table_schema AS d, table_name AS t FROM information_schema.tables WHERE table_schema NOT IN \
             ('mysql', 'sys', 'performance_schema', 'information_schema', 'lockstep') ORDER BY 1, 2",
        )
        .expect("the tables are listed");
    for (database, table) in tables {
        let name = format!("`{}`.`{}`", database.replace('`', "``"), table.replace('`', "``"));
        let create: mysql::Row = conn
            .query_first(format!("SHOW CREATE TABLE {name}"))
            .expect("a definition")
            .expect("a definition");
        // A definition may hold bytes of no character set.
        let definition: Vec<u8> = create.get(1).unwrap_or_default();
        out.push(String::from_utf8_lossy(&definition).into_owned());
        let checksum: mysql::Row =
            conn.query_first(format!("CHECKSUM TABLE {name}")).expect("a checksum").expect("a checksum");
        out.push(format!("{name} {:?}", checksum.get::<Option<u64>, _>(1)));
    }
    out
}

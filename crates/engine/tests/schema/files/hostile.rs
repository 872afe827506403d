//! Files that mean harm: whatever they say, nothing outside the scratch databases is reached, and the run's own login
//! never executes a word of theirs.

use std::collections::BTreeSet;
use std::path::Path;

use lockstep_engine::Session;
use lockstep_sandbox::testing::Kind;
use lockstep_sandbox::{GeneralLog, Server, ServerOptions};
use mysql::{Row, Value};

use super::{FLAVORS, folder, load, trusting};
use crate::support::{definitions, reset, run};

/// Statements that reach out, a line each. `FOLDER` is one that the server may write to, `PORT` its own.
const STATEMENTS: &str = include_str!("hostile.txt");

/// What marks text of a file in the server's log.
const MARK: &str = "/* of a file */";

/// Hides a statement from a look at its text.
type Trick = fn(&str) -> String;

/// The ways that people have found to hide a statement.
const TRICKS: [Trick; 9] = [
    |sql| format!("/*!50000 {sql} */;"),
    |sql| format!("/*! {sql} */;"),
    |sql| format!("/*M!100000 {sql} */;\n/*!999999 x */ {sql};"),
    |sql| format!("DELIMITER //\nCREATE TABLE first (a INT); {sql}//\n"),
    |sql| format!("DELIMITER //\nCREATE PROCEDURE first() SELECT 1; {sql}//\n"),
    |sql| {
        format!(
            "SET sql_mode = 'NO_BACKSLASH_ESCAPES';\nCREATE TABLE first (a INT COMMENT '\\'); {sql}; -- ');\n"
        )
    },
    |sql| format!("CREATE TABLE first (a INT /*!99999 COMMENT ' */);\n{sql};\n-- '"),
    |sql| format!("/* x */-- y\n#z\n\u{feff}{};", sql.to_lowercase()),
    |sql| format!("USE bank;\n{};", sql.replace("bank.", "")),
];

/// Everything that a file must not change: definitions, rows, accounts, rights, plugins, settings, files.
fn outside(session: &mut Session, server: &Server) -> Vec<String> {
    let mut out: Vec<String> =
        definitions(session, &["bank", "shop"]).into_iter().map(|(k, v)| format!("{k}: {v}")).collect();
    for sql in [
        "SHOW DATABASES",
        "CHECKSUM TABLE bank.customer, shop.keep",
        "SELECT user, host FROM mysql.user ORDER BY 1, 2",
        "SELECT user, host, db FROM mysql.db ORDER BY 1, 2, 3",
        "SHOW GRANTS",
        "SELECT plugin_name FROM information_schema.plugins ORDER BY 1",
        "SHOW GLOBAL VARIABLES WHERE variable_name NOT LIKE '%gtid%' AND variable_name NOT LIKE 'timestamp'",
        "SELECT event_schema, event_name, status FROM information_schema.events ORDER BY 1, 2",
    ] {
        out.extend(session.query::<Row>(sql).unwrap().iter().map(|row| format!("{sql}: {}", text(row))));
    }
    out.extend(files(&server.folder().join("files")));
    out
}

fn text(row: &Row) -> String {
    let value = |i: usize| match row.as_ref(i) {
        Some(Value::Bytes(bytes)) => String::from_utf8_lossy(bytes).into_owned(),
        other => format!("{other:?}"),
    };
    (0..row.len()).map(value).collect::<Vec<_>>().join(" | ")
}

fn files(folder: &Path) -> BTreeSet<String> {
    std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path().display().to_string()).collect()
}

/// A server with something to lose.
fn bank(kind: Kind) -> (Server, Session) {
    let options = ServerOptions { general_log: GeneralLog::File, ..ServerOptions::for_tests() };
    let (server, mut session) = trusting(kind, options.with("--event-scheduler=ON"));
    reset(&mut session, &["bank", "shop"]);
    run(&session, "shop", "CREATE TABLE keep (id INT PRIMARY KEY); INSERT INTO keep VALUES (1);").unwrap();
    run(
        &session,
        "bank",
        "CREATE TABLE customer (id INT PRIMARY KEY, n INT, KEY n (n)); INSERT INTO customer VALUES (1, 1), (2, 2);\n\
         CREATE VIEW names AS SELECT id FROM customer;\n\
         CREATE PROCEDURE wipe() DELETE FROM bank.customer;\n\
         CREATE FUNCTION take() RETURNS INT READS SQL DATA RETURN (SELECT COUNT(*) FROM bank.customer);\n\
         CREATE TRIGGER stamp BEFORE INSERT ON customer FOR EACH ROW SET NEW.n = 1;\n\
         CREATE EVENT nightly ON SCHEDULE EVERY 1 SECOND STARTS '2020-01-01 00:00:00' DISABLE DO DELETE FROM bank.customer;",
    )
    .unwrap();
    (server, session)
}

/// The statements that connections of `user` sent, by the server's general log.
fn sent_by(log: &str, user: &str) -> Vec<String> {
    let (mut of_user, mut out, mut open) = (BTreeSet::new(), Vec::<String>::new(), false);
    for line in log.lines() {
        let head = line.split('\t').find_map(|field| {
            let (id, command) = field.trim_start().split_once(' ')?;
            let known = ["Connect", "Query", "Prepare", "Execute", "Quit", "Init DB", "Close stmt"];
            Some((id.parse::<u64>().ok()?, *known.iter().find(|known| command.starts_with(**known))?))
        });
        match head {
            Some((id, "Connect")) => {
                open = false;
                if line.contains(&format!("{user}@")) {
                    of_user.insert(id);
                } else {
                    of_user.remove(&id);
                }
            }
            Some((id, _)) => {
                open = of_user.contains(&id);
                if open {
                    out.push(line.to_owned());
                }
            }
            None if open => {
                if let Some(last) = out.last_mut() {
                    last.push_str(line);
                }
            }
            None => {}
        }
    }
    out
}

#[test]
fn hostile_files_reach_nothing_outside() {
    for kind in FLAVORS {
        let (server, mut session) = bank(kind);
        let before = outside(&mut session, &server);
        let put = |sql: &str| {
            let place = server.folder().join("files").display().to_string();
            sql.replace("FOLDER", &place).replace("PORT", &server.port().to_string())
        };
        let (mut tried, mut refused) = (0, 0);
        for (i, statement) in STATEMENTS.lines().enumerate() {
            let marked = format!("{MARK} {}", put(statement));
            let tricks = [|sql: &str| format!("{sql};"), TRICKS[i % TRICKS.len()]];
            for trick in tricks {
                let path = tempfile::tempdir().unwrap();
                let text = format!("CREATE TABLE ok (a INT);\n{}\n", trick(&marked));
                std::fs::write(path.path().join("a.sql"), text).unwrap();
                refused += usize::from(load(&mut session, &folder(path.path()), &["shop"]).0.is_err());
                tried += 1;
            }
        }
        assert!(tried > 200 && refused > tried / 2, "{kind}: {refused} of {tried}");
        assert_eq!(outside(&mut session, &server), before, "{kind}");
        let log = std::fs::read_to_string(server.general_log()).unwrap();
        assert!(log.contains(MARK), "the log holds what the fenced account sent");
        let own = sent_by(&log, "root");
        assert!(own.len() > tried, "the log is read: {}", own.len());
        assert_eq!(
            own.iter().filter(|s| s.contains(MARK)).collect::<Vec<_>>(),
            Vec::<&String>::new(),
            "{kind}"
        );
    }
}

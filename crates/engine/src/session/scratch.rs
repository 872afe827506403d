//! What only sessions in scratch databases do: stay out of the binary log, log in behind the fence, and send pieces of
//! other people's files.

use crate::{Endpoint, Result, Session};

/// The account may not set the variable: MySQL and MariaDB say it with the same code.
const DENIED: u16 = 1227;

/// What follows a statement, or stands in it, is a fault of syntax.
const SYNTAX: u16 = 1064;

/// The server keeps no more prepared statements: nothing was looked at.
const TOO_MANY_PREPARED: u16 = 1461;

impl Session {
    /// Keeps what this session does from here on out of the binary log, so that replicas never see it. False, and
    /// nothing changed, where the account may not do that.
    ///
    /// Only for a session that works in scratch databases and ends with them: real work must reach the replicas.
    ///
    /// # Errors
    /// As [`Session::execute`].
    pub(crate) fn without_binary_log(&mut self) -> Result<bool> {
        match self.execute("SET SESSION sql_log_bin = 0") {
            Ok(_) => Ok(true),
            Err(error) if error.server_code() == Some(DENIED) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// A session with another login, without roles, and watched like this one.
    ///
    /// # Errors
    /// As [`Session::connect`].
    pub(crate) fn log_in_as(&self, endpoint: &Endpoint) -> Result<Self> {
        let session = Self::connect(endpoint)?;
        Ok(match &self.watched {
            Some(watched) => session.watched_by(&watched.watch, watched.ends),
            None => session,
        })
    }

    /// Runs `sql` if the server itself says that it is one statement.
    ///
    /// The driver always asks for several statements in one piece. `PREPARE` never takes more than one, so the
    /// server is asked to prepare the text first; only text that it read to its end is then run. The text travels
    /// there in hexadecimal digits: no setting of the session gives a quote in it a meaning.
    ///
    /// # Errors
    /// As [`Session::execute`]; the server's syntax error when more than one statement stands in `sql`.
    pub(crate) fn execute_single(&mut self, sql: &str) -> Result<u64> {
        let digits: String = sql.bytes().map(|byte| format!("{byte:02x}")).collect();
        let (_, refusal) = self.execute_many(&format!(
            "SET @lockstep_piece = _utf8mb4 x'{digits}'; PREPARE lockstep_piece FROM @lockstep_piece; \
             DEALLOCATE PREPARE lockstep_piece"
        ))?;
        match refusal {
            Some(error) if matches!(error.server_code(), Some(SYNTAX | TOO_MANY_PREPARED)) => Err(error),
            // Anything else comes when the text has been read as one statement: above all 1295, which says that a
            // `CREATE PROCEDURE` and its kind cannot be prepared. A real error comes again when the statement runs.
            _ => self.execute(sql),
        }
    }
}

#[cfg(test)]
mod tests {
    use lockstep_sandbox::testing::{self, Kind};

    use super::*;

    #[test]
    fn the_server_itself_refuses_a_second_statement() {
        for kind in Kind::ALL {
            let server = testing::server(kind);
            let database = testing::unique_database("single");
            server.execute(&format!("CREATE DATABASE {database}"));
            let mut session = Session::connect(&Endpoint::from_url(&server.url()).unwrap()).unwrap();
            session.use_database(&database).unwrap();
            session.execute("CREATE TABLE keep (a INT)").unwrap();
            for first in [
                "SELECT 1",
                "CREATE TABLE t (a INT)",
                "CREATE PROCEDURE p() SELECT 1",
                "CREATE FUNCTION f() RETURNS INT DETERMINISTIC RETURN 1",
                "CREATE TRIGGER g BEFORE INSERT ON keep FOR EACH ROW SET NEW.a = 1",
                "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DISABLE DO SET @a = 1",
                "CREATE VIEW v AS SELECT 1",
                "ALTER EVENT e DISABLE",
                "DROP PROCEDURE IF EXISTS p",
                "SET @a = 1",
                "/*!50003 CREATE */ /*!50003 PROCEDURE p() SELECT 1 */",
                "CREATE PROCEDURE p() BEGIN SELECT 1; END",
            ] {
                for between in [";", " ; ", ";\n-- x\n", ";;", ";/*!50000 */"] {
                    let two = format!("{first}{between}DROP TABLE keep");
                    let error = session.execute_single(&two).unwrap_err();
                    assert_eq!(error.server_code(), Some(SYNTAX), "{kind}: {two}: {error}");
                    assert!(session.execute("SELECT 1 FROM keep").is_ok(), "{kind}: {two}");
                }
            }
            // One alone runs, prepared or not, under whatever the file set before.
            session
                .execute("SET sql_mode = 'NO_BACKSLASH_ESCAPES,ANSI_QUOTES', character_set_client = latin1")
                .unwrap();
            session
                .execute_single("CREATE PROCEDURE p() BEGIN one:BEGIN SELECT '\\', 'é', ':x'; END; END")
                .unwrap();
            session.execute_single("CREATE VIEW v AS SELECT '\\' AS \"a;b\"").unwrap();
            session.execute(format!("DROP DATABASE {database}")).unwrap();
        }
    }
}

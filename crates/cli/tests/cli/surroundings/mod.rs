//! What a run does not look at must not be able to hurt it, nor be hurt by it: foreign keys that lead in, triggers,
//! owners, missing rights, and changes of too many rows.

mod accounts;
mod keys;
mod many_rows;
mod triggers;

use lockstep_sandbox::testing::{Endpoint, Kind};
use tempfile::TempDir;

use crate::common::{Ran, Shop, rows, run};

/// A database on both servers, and one at the target that no run has in scope.
struct Place {
    shop: Shop,
    kind: Kind,
    folder: TempDir,
}

/// Who runs the command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    /// By URL, as root.
    Root,
    /// By a topology, with the accounts of `lockstep grants`.
    Granted,
}

const WHO: [Who; 2] = [Who::Root, Who::Granted];

impl Place {
    /// Runs the scripts; in that of the target `OUT` stands for the database out of scope.
    fn new(kind: Kind, source: &str, target: &str) -> Self {
        let shop = Shop::new(kind, source, "");
        let place = Self { shop, kind, folder: TempDir::new().unwrap() };
        place.target().execute(&format!("CREATE DATABASE {}", place.out()));
        place.target().run_script(&place.shop.database, &place.named(target));
        place
    }

    /// The same text with the databases' names in place of `IN.` and `OUT.`.
    fn named(&self, text: &str) -> String {
        text.replace("OUT.", &format!("{}.", self.out())).replace("IN.", &format!("{}.", self.shop.database))
    }

    fn target(&self) -> &Endpoint {
        &self.shop.pair.target
    }

    /// The database out of scope; its name is neither a word nor a pattern.
    fn out(&self) -> String {
        format!("`{}.out`", self.shop.database)
    }

    fn user(&self, role: &str) -> String {
        format!("{role}_{}", self.shop.database)
    }

    /// Everything that is in the target's two databases.
    fn contents(&self) -> Vec<String> {
        let mut found = Vec::new();
        for database in [self.shop.database.clone(), self.out().replace('`', "")] {
            let tables = rows(
                self.target(),
                &format!(
                    "SELECT table_name AS n, table_type AS k FROM information_schema.tables WHERE table_schema = '{database}' ORDER BY 1"
                ),
            );
            for table in tables {
                let name = format!("`{database}`.`{}`", table[0]);
                found.push(format!("{name} {:?}", rows(self.target(), &format!("SHOW CREATE TABLE {name}"))));
                if table[1] == "BASE TABLE" {
                    found.push(format!(
                        "{:?}",
                        rows(self.target(), &format!("SELECT * FROM {name} ORDER BY 1"))
                    ));
                }
            }
        }
        found
    }

    /// Writes a topology with accounts of its own for these reference tables (TOML, the databases by `IN.` and `OUT.`).
    fn topology(&self, references: &str) -> String {
        let login = |server: &Endpoint, role: &str| {
            let ca = server.authority.as_ref().unwrap().display();
            let file = self.folder.path().join(role);
            std::fs::write(&file, "Of-granted-7").unwrap();
            format!(
                "url = \"{}?ca={ca}\"\npassword_file = \"{}\"",
                server.url_for(&self.user(role)),
                file.display()
            )
        };
        let pair = &self.shop.pair;
        let text = format!(
            "databases = [\"{}\"]\n[environments.dev]\n{}\n[environments.prod]\n{}\ndefiner = \"{}@%\"\n\
             [environments.prod.writer]\n{}\n[[flows]]\nfrom = \"dev\"\nto = \"prod\"\ndestructive = \"approve\"\n{}",
            self.shop.database,
            login(&pair.source, "r"),
            login(&pair.target, "r"),
            self.user("o"),
            login(&pair.target, "w"),
            self.named(references),
        );
        let path = self.folder.path().join("lockstep.toml");
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    /// Creates the topology's accounts from what `lockstep grants` prints.
    fn grant(&self, topology: &str) {
        let (flavor, version) =
            if self.kind == Kind::MariaDb1011 { ("mariadb", "10.11") } else { ("mysql", "9.7") };
        for (environment, server) in [("dev", &self.shop.pair.source), ("prod", &self.shop.pair.target)] {
            let arguments = [
                "grants",
                environment,
                "--topology",
                topology,
                "--flavor",
                flavor,
                "--server-version",
                version,
            ];
            let mut script = run(&arguments).expect(0).out;
            for role in ["r", "w"] {
                script = script.replace(&format!("<password of {}>", self.user(role)), "'Of-granted-7'");
            }
            server.run_script("mysql", &script);
        }
    }

    /// Runs a command as `who`, with these tables as reference tables.
    fn run_as(&self, who: Who, command: &str, tables: &[&str], more: &[&str]) -> Ran {
        if who == Who::Root {
            return self.shop.lockstep(command, tables, more);
        }
        let list: String =
            tables.iter().map(|t| format!("[[reference_tables]]\ntable = \"IN.{t}\"\n")).collect();
        let topology = self.topology(&list);
        self.grant(&topology);
        self.by_topology(&topology, command, more)
    }

    fn by_topology(&self, topology: &str, command: &str, more: &[&str]) -> Ran {
        let mut arguments = vec![command];
        if command != "doctor" {
            arguments.extend(["dev", "prod"]);
        }
        arguments.extend(["--topology", topology]);
        arguments.extend(more);
        if command == "sync" {
            arguments.extend(["--wait", "120s"]);
        }
        run(&arguments)
    }

    /// A sync of these tables must end with `code`, say each of `words`, and leave the target as it was.
    #[track_caller]
    fn expect_unharmed(&self, who: Who, tables: &[&str], code: i32, words: &[&str]) {
        let before = self.contents();
        let ran = self.run_as(who, "sync", tables, &["--yes", "--allow", "destructive"]);
        let ran = ran.expect(code);
        let said = format!("{}{}", ran.out, ran.err);
        for word in words {
            let word = self.named(word).replace('`', "");
            assert!(
                said.replace('`', "").contains(&word),
                "{:?} {who:?}: {word} is not in {said}",
                self.kind
            );
        }
        assert_eq!(self.contents(), before, "{:?} {who:?}: the target is as it was", self.kind);
    }
}

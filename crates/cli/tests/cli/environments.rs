//! Two environments with servers of their own, general logs on, reference and sensitive tables, and accounts
//! made from the very text that `lockstep grants` prints.

use std::fs;
use std::path::Path;

use lockstep_sandbox::testing::{self, Endpoint, Kind};
use lockstep_sandbox::{GeneralLog, Server, ServerOptions, aurora};
use mysql::prelude::Queryable;
use mysql::{Conn, OptsBuilder, SslOpts};
use tempfile::TempDir;

use crate::common::{fingerprint, run};
use crate::general_log::{Logged, statements};

/// The reference tables of the topology.
pub const REFERENCES: [&str; 3] = ["shop.currency", "shop.country", "ledger.rate"];

/// Where both environments begin.
const BOTH: &str = "
    CREATE DATABASE shop; CREATE DATABASE ledger; USE shop;
    CREATE USER 'app_objects'@'%' ACCOUNT LOCK; GRANT SELECT, INSERT, EXECUTE, TRIGGER ON shop.* TO 'app_objects'@'%';
    CREATE TABLE currency (code CHAR(3) PRIMARY KEY, name VARCHAR(50) NOT NULL, digits TINYINT NOT NULL DEFAULT 2);
    CREATE TABLE country (code CHAR(2) PRIMARY KEY, currency CHAR(3), name VARCHAR(50),
        CONSTRAINT country_currency FOREIGN KEY (currency) REFERENCES currency (code));
    CREATE TABLE customer (id BIGINT PRIMARY KEY, name VARCHAR(100), email VARCHAR(200));
    CREATE TABLE card (id BIGINT PRIMARY KEY, customer BIGINT, pan VARCHAR(19));
    CREATE TABLE audit_log (id BIGINT AUTO_INCREMENT PRIMARY KEY, what VARCHAR(200));
    CREATE TABLE ledger.rate (id INT PRIMARY KEY, percent DECIMAL(5,3));
    INSERT INTO currency VALUES ('EUR', 'Euro', 2), ('DEM', 'Mark', 2);
    INSERT INTO country VALUES ('DE', 'EUR', 'Deutschland');
    INSERT INTO ledger.rate VALUES (1, 1.5);
    CREATE DEFINER = 'app_objects'@'%' VIEW customer_names AS SELECT name FROM customer;
    CREATE DEFINER = 'app_objects'@'%' VIEW currencies AS SELECT code FROM currency;";

/// What the source has beyond that.
const AHEAD: &str = "
    USE shop;
    INSERT INTO customer VALUES (1, 'Dev', 'dev@example.com');
    ALTER TABLE customer ADD COLUMN country CHAR(2), ADD KEY by_email (email);
    ALTER TABLE card ADD CONSTRAINT card_customer FOREIGN KEY (customer) REFERENCES customer (id);
    CREATE TABLE chargeback (id BIGINT PRIMARY KEY, card BIGINT, reason TEXT,
        CONSTRAINT chargeback_card FOREIGN KEY (card) REFERENCES card (id));
    CREATE OR REPLACE VIEW currencies AS SELECT code, name FROM currency;
    CREATE OR REPLACE VIEW customer_names AS SELECT UPPER(name) AS shouted, name FROM customer;
    CREATE VIEW loud_names AS SELECT shouted FROM customer_names;
    DELIMITER $$
    CREATE FUNCTION customer_of(which BIGINT) RETURNS VARCHAR(100) READS SQL DATA
        RETURN (SELECT name FROM customer WHERE id = which)$$
    CREATE PROCEDURE note(text VARCHAR(200)) BEGIN INSERT INTO audit_log (what) VALUES (text); END$$
    CREATE TRIGGER card_added AFTER INSERT ON card FOR EACH ROW
        CALL note(CONCAT('card ', NEW.id, ' of ', customer_of(NEW.customer)))$$
    CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY DISABLE DO DELETE FROM audit_log$$
    DELIMITER ;
    INSERT INTO currency VALUES ('CHF', 'Franken', 2), ('JPY', 'Yen', 0);
    ALTER TABLE country ADD COLUMN numeric_code SMALLINT;
    INSERT INTO country VALUES ('CH', 'CHF', 'Schweiz', 756);
    DELETE FROM currency WHERE code = 'DEM';
    UPDATE ledger.rate SET percent = 1.75;";

/// What only the target has: sensitive rows.
const PRODUCTION: &str = "
    USE shop;
    INSERT INTO customer VALUES (1, 'Ada', 'ada@example.com');
    INSERT INTO card VALUES (1, 1, '4111111111111111');";

/// Two servers of one kind, and a folder for topologies.
pub struct Environments {
    kind: Kind,
    servers: [Server; 2],
    folder: TempDir,
}

/// The password that the tests give an account.
pub fn password(user: &str) -> String {
    format!("Of-{user}-7")
}

impl Environments {
    /// Starts both servers and loads them.
    pub fn start(kind: Kind) -> Self {
        let start = || {
            let options = ServerOptions { general_log: GeneralLog::File, ..ServerOptions::for_tests() };
            testing::own(kind, &options.with("--log-bin-trust-function-creators=1"))
        };
        let environments =
            Self { kind, servers: [start(), start()], folder: TempDir::new().expect("a folder") };
        for server in [environments.source(), environments.target()] {
            server.run_script("mysql", BOTH);
        }
        environments.source().run_script("mysql", AHEAD);
        environments.target().run_script("mysql", PRODUCTION);
        environments
    }

    /// The environment dev.
    pub fn source(&self) -> Endpoint {
        Endpoint::of(&self.servers[0], self.kind)
    }

    /// The environment prod.
    pub fn target(&self) -> Endpoint {
        Endpoint::of(&self.servers[1], self.kind)
    }

    /// Writes the topology with the accounts that `lockstep grants` makes, and returns its path.
    pub fn topology_file(&self) -> String {
        self.topology_with_logins("lockstep_reader", "lockstep_writer")
    }

    /// Writes a topology with these logins and returns its path.
    pub fn topology_with_logins(&self, reader: &str, writer: &str) -> String {
        let login = |server: &Server, user: &str| {
            let ca = server.authority().expect("the server speaks TLS").display().to_string();
            let url = format!("{}?ca={ca}", server.url_for(user));
            if user == "root" {
                return format!("url = \"{}\"", server.url());
            }
            let file = self.folder.path().join(user);
            fs::write(&file, password(user)).expect("the password's file is written");
            format!("url = \"{url}\"\npassword_file = \"{}\"", file.display())
        };
        let [source, target] = &self.servers;
        let references: String =
            REFERENCES.iter().map(|r| format!("[[reference_tables]]\ntable = \"{r}\"\n")).collect();
        let text = format!(
            "databases = [\"shop\", \"ledger\"]\n\
             [environments.dev]\n{}\n[environments.prod]\n{}\ndefiner = \"app_objects@%\"\n\
             [environments.prod.writer]\n{}\n\
             [[flows]]\nfrom = \"dev\"\nto = \"prod\"\ndestructive = \"approve\"\n{references}",
            login(source, reader),
            login(target, reader),
            login(target, writer),
        );
        let path = self.folder.path().join(format!("{reader}-{writer}.toml"));
        fs::write(&path, text).expect("the topology is written");
        path.display().to_string()
    }

    /// Creates the accounts on both servers from what `lockstep grants` prints: on MySQL as a user with the rights of
    /// Aurora's master, who is no superuser.
    pub fn grant(&self) {
        for (server, (endpoint, mut script)) in self.servers.iter().zip(self.printed_grants()) {
            for user in ["lockstep_reader", "lockstep_writer"] {
                script = script.replace(&format!("<password of {user}>"), &format!("'{}'", password(user)));
            }
            assert!(!script.contains("<password"), "{script}");
            match self.kind {
                Kind::MySql97 => as_master(server, &script),
                _ => endpoint.run_script("mysql", &script),
            }
        }
    }

    /// What `lockstep grants` prints for each environment, and its server.
    pub fn printed_grants(&self) -> [(Endpoint, String); 2] {
        let topology = self.topology_file();
        let (flavor, version) = match self.kind {
            Kind::MariaDb1011 => ("mariadb", "10.11"),
            _ => ("mysql", "9.7"),
        };
        [("dev", self.source()), ("prod", self.target())].map(|(environment, server)| {
            let printed = run(&[
                "grants",
                environment,
                "--topology",
                &topology,
                "--flavor",
                flavor,
                "--server-version",
                version,
            ])
            .expect(0);
            (server, printed.out)
        })
    }

    /// Empties both general logs.
    pub fn forget_logs(&self) {
        self.servers.iter().for_each(|server| empty(&server.general_log()));
    }

    /// What both servers were sent since, by `source` and `target`.
    pub fn logs(&self) -> [(&'static str, Vec<Logged>); 2] {
        let read = |server: &Server| {
            let bytes = fs::read(server.general_log()).expect("the general log is readable");
            statements(&String::from_utf8_lossy(&bytes))
        };
        [("source", read(&self.servers[0])), ("target", read(&self.servers[1]))]
    }

    /// Every definition, checksum and account of both servers, to compare before and after.
    pub fn fingerprint(&self) -> Vec<String> {
        [self.source(), self.target()].iter().flat_map(fingerprint).collect()
    }
}

/// Runs a script as a user with the rights of Aurora's master, who then is gone again.
fn as_master(server: &Server, script: &str) {
    let mut root = server.connect().expect("root");
    for statement in aurora::create_master("master", "Master-1!") {
        root.query_drop(&statement).expect(&statement);
    }
    let tls = SslOpts::default().with_root_cert_path(server.authority().map(Path::to_owned));
    let options = OptsBuilder::new().ip_or_hostname(Some("127.0.0.1")).tcp_port(server.port());
    let options = options.user(Some("master")).pass(Some("Master-1!")).ssl_opts(tls).prefer_socket(false);
    let mut master = Conn::new(options).expect("the master logs in");
    master.query_drop(script).expect(script);
    root.query_drop("DROP USER master").expect("the master is dropped");
}

/// The server goes on writing at the file's new end, since it opened the log for appending.
fn empty(log: &Path) {
    fs::File::options().write(true).truncate(true).open(log).expect("the general log can be emptied");
}

//! Private MySQL and MariaDB servers on this machine, for trials and tests.
//!
//! - [`Installation`]: server programs on this machine. [`Installation::preferred`] for people,
//!   [`Installation::locate`] for the exact servers that tests need; `cargo xtask servers` puts those into the cache.
//! - [`Server`]: one private server with its own data folder, Unix socket, random loopback port and TLS certificates:
//!   [`Server::start`], [`stop`](Server::stop), [`kill`](Server::kill), [`restart`](Server::restart).
//! - [`ServerOptions`]: how it is to run; [`ServerOptions::for_tests`] is fast and temporary.
//! - [`Sandbox`]: a few servers that belong together and outlive the command that starts them, loaded with scripts and
//!   accounts: [`up`](Sandbox::up), [`status`](Sandbox::status), [`down`](Sandbox::down).
//! - [`testing`]: what the tests of every crate use.
//!
//! # In a test
//! ```no_run
//! use lockstep_sandbox::testing::{self, Kind};
//!
//! let pair = testing::pair(Kind::MySql97);           // shared, started once; root has no password
//! let database = testing::unique_database("orders"); // each test in databases of its own
//! pair.source.execute(&format!("CREATE DATABASE {database}"));
//! pair.source.run_script(&database, "CREATE TABLE t (id INT PRIMARY KEY)"); // may use DELIMITER
//! let (from, to) = (pair.source.url(), pair.target.url()); // mysql://root@127.0.0.1:PORT
//! let connection = pair.target.connect();            // a mysql::Conn
//! ```
//! A test that stops, kills or configures a server starts its own:
//! ```no_run
//! use lockstep_sandbox::testing::{self, Kind};
//! use lockstep_sandbox::{GeneralLog, ServerOptions};
//!
//! let options = ServerOptions { general_log: GeneralLog::File, ..ServerOptions::for_tests() };
//! let mut server = testing::own(Kind::MariaDb1011, &options.with("--sql-mode="));
//! server.kill().unwrap();     // as a crash would
//! server.restart().unwrap();  // same data, port and socket
//! ```
//! The servers of a test end with its process, however it ends.
//!
//! # For a person
//! ```no_run
//! use lockstep_sandbox::{Blueprint, Installation, Sandbox, Script};
//!
//! # fn main() -> lockstep_sandbox::Result<()> {
//! let sandbox = Sandbox::in_folder("/home/me/.local/state/lockstep/sandbox")?;
//! let password = sandbox.password("dev", "reader")?; // made once, kept in sandbox.password_file("dev", "reader")
//! let dev = Blueprint {
//!     name: "dev".into(),
//!     scripts: vec![Script { database: None, path: "examples/payments/schema/prod.sql".into() }],
//!     statements: vec![format!("CREATE USER reader@'127.0.0.1' IDENTIFIED BY '{password}'")],
//! };
//! let members = sandbox.up(&Installation::preferred()?, &[dev], &|line| eprintln!("{line}"))?;
//! println!("{}", members[0].url_for("reader"));
//! sandbox.down(&|line| eprintln!("{line}"))?;
//! # Ok(())
//! # }
//! ```

pub mod aurora;
mod cache;
mod error;
mod files;
mod installation;
mod options;
mod process;
mod sandbox;
mod secret;
mod server;
mod template;
pub mod testing;
mod tls;

pub use cache::{cache_dir, servers_dir};
pub use error::{Error, Result};
pub use installation::{Flavor, Installation, Kind, Version};
pub use options::{GeneralLog, Lifetime, ServerOptions};
pub use sandbox::{Blueprint, Member, Progress, Sandbox, Script};
pub use secret::new_password;
pub use server::Server;

//! `lockstep init URL`.

use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use lockstep_engine::propose::{Proposal, propose};
use lockstep_engine::{Endpoint, Error, Session};

use crate::connect;
use crate::exit::Exit;
use crate::output::{Output, count, stdout};

const EXAMPLES: &str = "\
Reads definitions and statistics, never a row. Read the result before you use it.

Examples:
  lockstep init mysql://admin@dev.example:3306 --out lockstep.toml
  lockstep init mysql://root@127.0.0.1:3401 --database shop";

/// A first topology from a live environment.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Init {
    /// The environment's mysql:// URL.
    url: String,
    /// Look at this database only (may be repeated).
    #[arg(long = "database", value_name = "NAME")]
    databases: Vec<String>,
    /// Write to this file, which must not exist, instead of stdout.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// A server that cannot be asked, a scope that is not there, a file that exists.
pub fn run(args: &Init, output: &Output) -> Result<Exit> {
    let endpoint = connect::url(&args.url)?;
    let proposal = propose(&mut Session::connect(&endpoint)?, &args.databases)?;
    if let Some(missing) = args.databases.iter().find(|d| !proposal.databases.contains(d)) {
        return Err(Error::user(format!("{endpoint} has no database `{missing}`")).into());
    }
    if proposal.databases.is_empty() {
        return Err(Error::user(format!("{endpoint} has no database to put in scope")).into());
    }
    let text = topology_text(&endpoint, &proposal);
    match &args.out {
        None => std::io::Write::write_all(&mut stdout(), text.as_bytes())?,
        Some(path) => {
            let mut file = std::fs::File::create_new(path)
                .map_err(|e| Error::user(format!("cannot create {}: {e}", path.display())))?;
            std::io::Write::write_all(&mut file, text.as_bytes())?;
        }
    }
    let proposed = proposal.tables.iter().filter(|t| t.is_proposed()).count() as u64;
    output.say(&format!(
        "{} proposed out of {}, all commented out; take the # off those that hold lookup data only",
        count(proposed, "reference table"),
        count(proposal.tables.len() as u64, "table")
    ));
    Ok(Exit::Ok)
}

fn toml_string(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn topology_text(endpoint: &Endpoint, proposal: &Proposal) -> String {
    let databases: Vec<String> = proposal.databases.iter().map(|d| toml_string(d)).collect();
    let mut text = format!(
        "# Proposed by `lockstep init`. Rows of reference tables are copied, changed and deleted: take the # off those\n\
         # that hold lookup data only, the same in every environment.\n\
         databases = [{}]\n\n\
         [environments.dev]\nurl = {}\npassword_env = \"LOCKSTEP_DEV_PASSWORD\"\n\n\
         # Add the environments that follow, and the flows between them:\n\
         # [environments.staging]\n# url = \"mysql://lockstep_reader@staging.example:3306\"\n\
         # password_env = \"LOCKSTEP_STAGING_PASSWORD\"\n# [environments.staging.writer]\n\
         # url = \"mysql://lockstep_writer@staging.example:3306\"\n\
         # password_env = \"LOCKSTEP_STAGING_WRITER_PASSWORD\"\n#\n\
         # [[flows]]\n# from = \"dev\"\n# to = \"staging\"\n",
        databases.join(", "),
        toml_string(&endpoint.to_string())
    );
    for candidate in &proposal.tables {
        let table = table_text(&candidate.table.database, &candidate.table.name);
        let verdict = match candidate.is_proposed() {
            true => format!("for: {}; against: nothing was found", candidate.reasons.join(", ")),
            false => {
                let (doubts, reasons) = (candidate.doubts.join(", "), candidate.reasons.join(", "));
                format!("not proposed: {doubts}; for: {reasons}")
            }
        };
        let _ = write!(text, "\n# {verdict}\n# [[reference_tables]]\n# table = {table}\n");
    }
    text
}

/// `database.table` as the topology reads it back: parts that hold a dot or a backtick in backticks.
fn table_text(database: &str, table: &str) -> String {
    let part = |name: &str| {
        if name.contains(['.', '`']) { lockstep_engine::names::quote(name) } else { name.to_owned() }
    };
    toml_string(&format!("{}.{}", part(database), part(table)))
}

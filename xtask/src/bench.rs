//! `cargo xtask bench`: how long lockstep takes beside the bare driver, which is the floor, and beside its peers.
//!
//! Every contender runs as a process of its own against the same two private servers. Seconds are the median
//! of three runs where a run is short; CPU seconds are the client's and both servers'.

mod bare;
mod link;
mod measure;
mod peers;
mod report;
mod rows;
mod schemas;

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::{Subcommand, ValueEnum};
use lockstep_sandbox::{Installation, Kind, Server, ServerOptions};

use crate::run::{cargo, root, run, say};
use crate::servers;
use measure::Meter;
use peers::Peers;
use report::Report;

/// What to measure.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Small sizes: under two minutes, to see that everything works. The figures say little.
    #[arg(long)]
    quick: bool,
    /// Only this part.
    #[arg(long, value_enum)]
    only: Option<Part>,
    /// Leave the peers out.
    #[arg(long)]
    no_peers: bool,
    /// Reach the source over a slow link: a round trip of 20 ms, 100 Mbit/s.
    #[arg(long)]
    slow_link: bool,
    #[command(subcommand)]
    bare: Option<Bare>,
}

/// The parts of the benchmark.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Definitions.
    Schemas,
    /// Rows.
    Rows,
}

/// What the benchmark runs as processes of their own: the bare driver.
#[derive(Subcommand)]
enum Bare {
    /// Reads every definition of a database on both servers and drops it.
    #[command(hide = true)]
    BareSchemas {
        /// The database.
        database: String,
        /// Connections to each server.
        connections: usize,
        /// The servers' ports.
        ports: Vec<u16>,
    },
    /// Reads every row of a database's tables on both servers and drops it.
    #[command(hide = true)]
    BareRows {
        /// The database.
        database: String,
        /// The servers' ports.
        ports: Vec<u16>,
    },
}

/// How large the sets are.
#[derive(Clone, Copy)]
struct Sizes {
    /// Tables of the set of definitions; there are a tenth as many views, triggers and routines.
    tables: u32,
    /// Rows of all tables of the set of rows together.
    rows: u32,
}

const FULL: Sizes = Sizes { tables: 2_000, rows: 1_200_000 };
const QUICK: Sizes = Sizes { tables: 200, rows: 40_000 };

/// What every part works with.
struct Bench {
    meter: Meter,
    report: Report,
    peers: Peers,
    sizes: Sizes,
    /// The `lockstep` that was just built.
    lockstep: PathBuf,
    /// This program, built with optimisation, for the bare driver.
    xtask: PathBuf,
}

/// Builds, starts two servers, measures and prints one table.
pub(crate) fn run_bench(arguments: &Arguments) -> Result<()> {
    match &arguments.bare {
        Some(Bare::BareSchemas { database, connections, ports }) => {
            bare::schemas(database, *connections, ports)
        }
        Some(Bare::BareRows { database, ports }) => bare::rows(database, ports),
        None => measure_all(arguments),
    }
}

fn measure_all(arguments: &Arguments) -> Result<()> {
    servers::ensure(Kind::MySql97)?;
    say("building lockstep with optimisation …");
    run(cargo().args(["build", "--release", "--package", "lockstep-cli", "--package", "xtask"]))?;
    let release =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |path| root().join(path));
    let release = release.join("release");
    let installation = Installation::locate(Kind::MySql97)?;
    // A buffer pool that holds the rows: what is compared is the work, not the disk.
    let options = ServerOptions::for_tests()
        .with("--innodb-buffer-pool-size=512M")
        .with("--innodb-redo-log-capacity=512M");
    say("starting two servers …");
    let start = || Server::start(&installation, &options).context("a server for the benchmark");
    let servers = [start()?, start()?];
    let mut bench = Bench {
        report: Report::new(&format!(
            "{installation}, source over {}",
            if arguments.slow_link { link::NAME } else { "loopback" }
        )),
        peers: if arguments.no_peers { Peers::none() } else { Peers::find(&servers[0]) },
        meter: Meter::new(servers, arguments.slow_link)?,
        sizes: if arguments.quick { QUICK } else { FULL },
        lockstep: release.join("lockstep"),
        xtask: release.join("xtask"),
    };
    if arguments.only != Some(Part::Rows) {
        schemas::measure(&mut bench)?;
    }
    if arguments.only != Some(Part::Schemas) {
        rows::measure(&mut bench)?;
    }
    bench.report.print();
    Ok(())
}

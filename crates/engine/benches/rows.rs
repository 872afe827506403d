//! Measures the comparison and the application of reference data beside the bare driver.
//!
//! `cargo bench -p lockstep-engine --bench rows [-- ROWS]`: makes ROWS rows (1.2 million unless said otherwise)
//! in four tables on the shared MySQL test servers and prints seconds, ratios and memory.

use std::time::Instant;

use lockstep_engine::data::{
    Layout, Pair, Silent, Snapshot, TableDifference, Work, apply_set, compare, connected_sets, layouts,
};
use lockstep_engine::{Endpoint, Session, TableName, Topology};
use lockstep_sandbox::testing::{self, Kind};
use mysql::prelude::Queryable;

const COLUMNS: &str = "code VARCHAR(20) NOT NULL, name VARCHAR(80), amount DECIMAL(18,4), rate DOUBLE, \
    flag TINYINT, made DATETIME, seen TIMESTAMP NULL, note VARCHAR(120), part BIGINT";

/// The tables: integer keys, an integer pair, a string key, a string key in an order of its own.
const TABLES: [(&str, &str); 4] = [
    ("by_id", "id INT NOT NULL, PRIMARY KEY (id)"),
    ("by_pair", "id INT NOT NULL, PRIMARY KEY (flag, id)"),
    ("by_code", "id INT NOT NULL, PRIMARY KEY (code)"),
    ("by_name", "id INT NOT NULL, PRIMARY KEY (note)"),
];

fn main() {
    let rows: u32 = std::env::args().filter_map(|a| a.parse().ok()).next().unwrap_or(1_200_000);
    let servers = testing::pair(Kind::MySql97);
    let database = testing::unique_database("bench");
    for endpoint in [&servers.source, &servers.target] {
        let mut script = format!(
            "CREATE DATABASE `{database}`; USE `{database}`; SET cte_max_recursion_depth = 10000000;"
        );
        for (name, key) in TABLES {
            let columns = if key.contains("note") {
                COLUMNS.replace("note VARCHAR(120)", "note VARCHAR(120) NOT NULL")
            } else {
                COLUMNS.into()
            };
            script += &format!(
                "CREATE TABLE {name} ({columns}, {key});
                 INSERT INTO {name} (id, code, name, amount, rate, flag, made, seen, note, part)
                 WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {})
                 SELECT i, CONCAT('C', i), CONCAT('The name of number ', i), i / 7, i / 3, i % 50,
                   '2020-01-01' + INTERVAL i MINUTE, '2021-01-01' + INTERVAL i SECOND,
                   CONCAT(SHA2(i, 256), ' a note'), i * 1000003 FROM n;",
                rows / 4
            );
        }
        endpoint.run_script("", &script);
    }
    let sessions = || {
        [&servers.source, &servers.target]
            .map(|e| Session::connect(&Endpoint::from_url(&e.url()).unwrap()).unwrap())
    };
    let names: Vec<_> = TABLES.iter().map(|(name, _)| TableName::new(&database, *name)).collect();
    let [source, target] = [&servers.source, &servers.target].map(|e| Endpoint::from_url(&e.url()).unwrap());
    let topology = Topology::between(source, target, vec![], &names).unwrap();
    let pairs = pairs(sessions(), &topology);
    let (bare, ()) = timed("bare driver, both sides at once", || bare_stream(&servers, &pairs));
    for _ in 0..2 {
        let (equal, found) = timed("compare, equal", || differences(sessions(), &pairs));
        assert!(found.iter().all(TableDifference::is_empty));
        println!("  {:.2} times the bare driver", equal / bare);
    }
    for (name, _) in TABLES {
        servers.target.execute(&format!(
            "UPDATE `{database}`.{name} SET rate = rate + 1, name = 'edited' WHERE id % 1000 = 7"
        ));
    }
    let found = timed("compare, 0.1 % changed", || differences(sessions(), &pairs)).1;
    timed("apply 0.1 %", || apply(sessions(), &pairs, &found));
    for (name, _) in TABLES {
        servers.target.execute(&format!("TRUNCATE `{database}`.{name}"));
    }
    let found = timed("compare with empty tables", || differences(sessions(), &pairs)).1;
    timed("apply into empty tables", || apply(sessions(), &pairs, &found));
    println!("peak memory: {}", peak_memory());
    for endpoint in [&servers.source, &servers.target] {
        endpoint.execute(&format!("DROP DATABASE `{database}`"));
    }
}

/// Runs `work` and prints how long it took, in seconds.
fn timed<T>(what: &str, work: impl FnOnce() -> T) -> (f64, T) {
    let begun = Instant::now();
    let result = work();
    let seconds = begun.elapsed().as_secs_f64();
    println!("{what}: {seconds:.2} s");
    (seconds, result)
}

fn pairs([mut source, mut target]: [Session; 2], topology: &Topology) -> Vec<Pair> {
    let sources = layouts(&mut source, topology.references()).unwrap();
    let targets = layouts(&mut target, topology.references()).unwrap();
    sources.into_iter().zip(targets).map(|(s, t)| Pair::new(s, t).unwrap()).collect()
}

/// Reads the same rows with the driver alone, one thread a side, and drops them.
fn bare_stream(servers: &testing::Pair, pairs: &[Pair]) {
    std::thread::scope(|scope| {
        for endpoint in [&servers.source, &servers.target] {
            scope.spawn(|| {
                let mut conn = endpoint.connect();
                conn.query_drop("SET character_set_results = NULL").unwrap();
                for pair in pairs {
                    let mut read = 0_u64;
                    for row in conn.exec_iter(pair.source.select(None), ()).unwrap() {
                        read += u64::from(!row.unwrap().is_empty());
                    }
                    assert!(read > 0);
                }
            });
        }
    });
}

fn differences([source, target]: [Session; 2], pairs: &[Pair]) -> Vec<TableDifference> {
    let (mut source, mut target) = (Snapshot::open(source).unwrap(), Snapshot::open(target).unwrap());
    compare(&mut source, &mut target, pairs, &Silent).unwrap()
}

fn apply([_, mut target]: [Session; 2], pairs: &[Pair], found: &[TableDifference]) {
    let targets: Vec<&Layout> = pairs.iter().map(|p| &p.target).collect();
    for set in connected_sets(&targets) {
        let works: Vec<_> = set.iter().map(|&i| Work { layout: targets[i], difference: &found[i] }).collect();
        apply_set(&mut target, &works, &[], &Silent).unwrap();
    }
}

/// The peak of this process's resident memory, as Linux counts it.
fn peak_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or("unknown".to_owned(), |line| line.trim().to_owned())
}

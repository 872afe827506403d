//! Two databases on real servers, brought into step, and a check of the result that shares no code with it.

use std::cell::Cell;

use lockstep_engine::data::{
    Applied, Layout, Link, Pair, Silent, Snapshot, TableDifference, Work, apply_set, compare, connected_sets,
    layouts, refusals,
};
use lockstep_engine::surroundings::{Keys, RowChange, row_harms};
use lockstep_engine::{Endpoint, Error, Result, Session, TableName, Topology};
use lockstep_sandbox::testing::{self, Kind};
use mysql::prelude::Queryable;
use mysql::{Conn, Row, Value};

/// One database of the same name on a source and a target server.
pub struct Two {
    pub servers: testing::Pair,
    pub database: String,
    /// How fast the links are said to be.
    pub link: Link,
    /// INSERT statements that the last apply sent.
    pub inserts_sent: Cell<u64>,
}

/// What a comparison found.
pub struct Compared {
    pub pairs: Vec<Pair>,
    pub differences: Vec<TableDifference>,
}

impl Two {
    /// Empty databases on the shared servers of `kind`.
    pub fn new(kind: Kind, label: &str) -> Self {
        Self::on(testing::pair(kind), label)
    }

    /// Empty databases on these servers.
    pub fn on(servers: testing::Pair, label: &str) -> Self {
        let two = Self {
            servers,
            database: testing::unique_database(label),
            link: Link::Fast,
            inserts_sent: Cell::new(0),
        };
        two.both(|e| e.execute(&format!("CREATE DATABASE `{}`", two.database)));
        two
    }

    /// Databases with these scripts run in them.
    pub fn with(kind: Kind, label: &str, source: &str, target: &str) -> Self {
        let two = Self::new(kind, label);
        two.servers.source.run_script(&two.database, source);
        two.servers.target.run_script(&two.database, target);
        two
    }

    fn both(&self, work: impl Fn(&testing::Endpoint)) {
        work(&self.servers.source);
        work(&self.servers.target);
    }

    /// The names of the source's tables.
    pub fn tables(&self) -> Vec<TableName> {
        let mut conn = self.servers.source.connect();
        let names: Vec<String> = conn
            .exec(
                "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_TYPE <> 'VIEW' ORDER BY 1",
                (&self.database,),
            )
            .unwrap();
        names.into_iter().map(|name| TableName::new(&self.database, name)).collect()
    }

    /// A topology with every table a reference table.
    pub fn plain_topology(&self) -> Topology {
        let [source, target] = self.endpoints();
        Topology::between(source, target, vec![self.database.clone()], &self.tables()).unwrap()
    }

    /// A topology with one reference table, with these settings.
    pub fn topology(&self, table: &str, settings: &str) -> Topology {
        let text = format!(
            "databases = [\"{0}\"]\n[environments.a]\nurl = \"{1}\"\n[environments.b]\nurl = \"{2}\"\n\
             [[flows]]\nfrom = \"a\"\nto = \"b\"\n[[reference_tables]]\ntable = \"{0}.{table}\"\n{settings}\n",
            self.database,
            self.servers.source.url(),
            self.servers.target.url(),
        );
        Topology::parse(&text, std::path::Path::new("/")).unwrap()
    }

    fn endpoints(&self) -> [Endpoint; 2] {
        [&self.servers.source, &self.servers.target].map(|e| Endpoint::from_url(&e.url()).unwrap())
    }

    /// A session on the source and one on the target.
    pub fn sessions(&self) -> [Session; 2] {
        self.endpoints().map(|e| Session::connect(&e).unwrap())
    }

    /// Compares the topology's reference tables.
    pub fn compare(&self, topology: &Topology) -> Result<Compared> {
        let [mut source, mut target] = self.sessions();
        let sources = layouts(&mut source, topology.references())?;
        let targets = layouts(&mut target, topology.references())?;
        let pairs =
            sources.into_iter().zip(targets).map(|(s, t)| Pair::new(s, t)).collect::<Result<Vec<_>>>()?;
        let (mut source, mut target) = (Snapshot::open(source)?, Snapshot::open(target)?);
        source.set_link(self.link);
        let differences = compare(&mut source, &mut target, &pairs, &Silent)?;
        Ok(Compared { pairs, differences })
    }

    /// Applies what was found, set by set.
    pub fn apply(&self, compared: &Compared) -> Result<Applied> {
        let [_, mut target] = self.sessions();
        let targets: Vec<&Layout> = compared.pairs.iter().map(|p| &p.target).collect();
        let references: Vec<_> = targets.iter().map(|layout| layout.reference.clone()).collect();
        for (layout, difference) in targets.iter().zip(&compared.differences) {
            if let Some(refusal) = refusals(layout, difference, &references).into_iter().next() {
                return Err(Error::refused(format!("{}: {}", refusal.table, refusal.reason)));
            }
        }
        let changes: Vec<_> =
            targets.iter().zip(&compared.differences).map(|(l, d)| RowChange::of(l, d)).collect();
        let references: Vec<_> = targets.iter().map(|layout| layout.reference.clone()).collect();
        if let Some(harm) = row_harms(&Keys::read(&mut target)?, &changes, &references).first() {
            return Err(Error::refused(harm.to_string()));
        }
        let mut total = Applied::default();
        for set in connected_sets(&targets) {
            let works: Vec<_> = set
                .iter()
                .map(|&i| Work { layout: targets[i], difference: &compared.differences[i] })
                .collect();
            if works.iter().any(|w| !w.difference.is_empty()) {
                let applied = apply_set(&mut target, &works, &[], &Silent)?;
                total.inserted += applied.inserted;
                total.updated += applied.updated;
                total.deleted += applied.deleted;
            }
        }
        let sent: Option<(String, u64)> = target.query_first("SHOW SESSION STATUS LIKE 'Com_insert'")?;
        self.inserts_sent.set(sent.unwrap().1);
        Ok(total)
    }

    /// Compares all tables, and applies what comes back from a plan file.
    pub fn sync(&self) -> Result<Applied> {
        let mut compared = self.compare(&self.plain_topology())?;
        for difference in &mut compared.differences {
            let file = serde_json::to_string(&difference).unwrap();
            *difference = serde_json::from_str(&file).unwrap_or_else(|e| panic!("{e} in {file}"));
        }
        self.apply(&compared)
    }

    /// Checks by other means that both databases hold the same, and that a second comparison is empty.
    pub fn assert_in_step(&self, what: &str) {
        for table in self.tables() {
            let [source, target] =
                [&self.servers.source, &self.servers.target].map(|e| rows(&mut e.connect(), &table));
            assert_eq!(source.len(), target.len(), "{what}: rows of {table}");
            for (a, b) in source.iter().zip(&target) {
                assert_eq!(a, b, "{what}: a row of {table}");
            }
        }
        let again = self.compare(&self.plain_topology()).unwrap();
        for difference in again.differences {
            assert!(
                difference.is_empty(),
                "{what}: a second comparison of {} finds changes",
                difference.table
            );
            assert_eq!(difference.source, difference.target, "{what}: digests of {}", difference.table);
        }
    }
}

impl Drop for Two {
    fn drop(&mut self) {
        // A failed test leaves its databases for a look.
        if !std::thread::panicking() {
            self.both(|e| e.execute(&format!("DROP DATABASE IF EXISTS `{}`", self.database)));
        }
    }
}

/// Every row of a table over the text protocol, each value as the bytes that the server prints; floats as
/// doubles, which print exactly; sorted.
pub fn rows(conn: &mut Conn, table: &TableName) -> Vec<Vec<Option<Vec<u8>>>> {
    conn.query_drop("SET NAMES utf8mb4, time_zone = '+00:00', character_set_results = NULL").unwrap();
    let columns: Vec<(String, String)> = conn
        .exec(
            "SELECT CONVERT(COLUMN_NAME USING utf8mb4), LOWER(DATA_TYPE) FROM information_schema.COLUMNS \
             WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? ORDER BY COLUMN_NAME",
            (&table.database, &table.name),
        )
        .unwrap();
    let list: Vec<_> = columns
        .iter()
        .map(|(name, kind)| {
            let name = format!("`{}`", name.replace('`', "``"));
            match kind.as_str() {
                "float" => format!("{name} * 1e0"),
                "enum" | "set" => format!("CONCAT({name} + 0, ':', {name})"),
                "json" => format!("CONCAT(JSON_TYPE({name}), JSON_LENGTH({name}), {name})"),
                _ => name,
            }
        })
        .collect();
    let query = format!("SELECT {} FROM {}", list.join(", "), table.quoted());
    let mut rows: Vec<Vec<Option<Vec<u8>>>> = conn
        .query_map(query, |row: Row| {
            row.unwrap()
                .into_iter()
                .map(|value| match value {
                    Value::NULL => None,
                    Value::Bytes(bytes) => Some(bytes),
                    other => panic!("the text protocol sends text, not {other:?}"),
                })
                .collect()
        })
        .unwrap();
    rows.sort();
    rows
}

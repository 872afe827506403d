//! A run killed at random moments, or ended by random budgets, while a reader watches the reference data.
//!
//! The source moves from generation to generation: rows of every reference table change, come and go, and so
//! do definitions. Each generation is one state of two sets of tables that foreign keys tie together. The
//! reader polls both sets at the target and accepts of each only the old state or the new one.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{BufRead, BufReader};
use std::process::Child;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{JoinHandle, sleep};
use std::time::{Duration, Instant};

use lockstep_sandbox::testing::{Endpoint, Kind};
use mysql::prelude::Queryable;

use crate::common::rows;
use crate::private_pair::{PrivatePair, finish};

/// How often the run is killed on each flavour: a hundred times in all.
pub const KILLS: u32 = 50;

/// Through how many generations random budgets bring it on each flavour.
pub const GENERATIONS: u32 = 8;

/// Regions have items, items have prices: one set. Nodes refer to edges and edges to nodes: a cycle, and the
/// other set.
const DEFINITIONS: &str = "
    CREATE TABLE region (id INT PRIMARY KEY, name VARCHAR(40) NOT NULL, UNIQUE KEY by_name (name));
    CREATE TABLE item (id INT PRIMARY KEY, region INT NOT NULL, label VARCHAR(40) NOT NULL,
        CONSTRAINT item_region FOREIGN KEY (region) REFERENCES region (id));
    CREATE TABLE price (item INT PRIMARY KEY, cents BIGINT NOT NULL,
        CONSTRAINT price_item FOREIGN KEY (item) REFERENCES item (id));
    CREATE TABLE node (id INT PRIMARY KEY, edge INT, weight INT NOT NULL);
    CREATE TABLE edge (id INT PRIMARY KEY, node INT, weight INT NOT NULL,
        CONSTRAINT edge_node FOREIGN KEY (node) REFERENCES node (id));
    ALTER TABLE node ADD CONSTRAINT node_edge FOREIGN KEY (edge) REFERENCES edge (id);
    CREATE TABLE customer (id BIGINT PRIMARY KEY, email VARCHAR(100));";

const REFERENCES: [&str; 5] = ["region", "item", "price", "node", "edge"];

/// The statements that bring the source to a generation, for the `mysql` client.
fn generation(number: u64) -> String {
    let (odd, many) = (number % 2, 1200 + (number % 3) * 100);
    let definitions = match odd {
        1 => {
            "ALTER TABLE customer ADD COLUMN country CHAR(2), ADD KEY by_email (email);
             ALTER TABLE item ADD COLUMN note VARCHAR(20);
             CREATE OR REPLACE VIEW items AS SELECT id, label FROM item;
             CREATE TABLE chargeback (id INT PRIMARY KEY, item INT, FOREIGN KEY (item) REFERENCES item (id));
             CREATE PROCEDURE touch() SELECT 1;"
        }
        _ => {
            "ALTER TABLE customer DROP COLUMN country, DROP KEY by_email;
             ALTER TABLE item DROP COLUMN note;
             CREATE OR REPLACE VIEW items AS SELECT id FROM item;
             DROP TABLE IF EXISTS chargeback;
             DROP PROCEDURE IF EXISTS touch;"
        }
    };
    // Names of regions move round, so that unique values are swapped; half of the prices change.
    format!(
        "{definitions}
         SET SESSION {recursion} = 5000; SET foreign_key_checks = 0; START TRANSACTION;
         DELETE FROM price; DELETE FROM item; DELETE FROM region; DELETE FROM node; DELETE FROM edge;
         INSERT INTO region WITH RECURSIVE n AS (SELECT 1 i UNION ALL SELECT i + 1 FROM n WHERE i < 20)
             SELECT i, CONCAT('region ', (i + {number}) % 20) FROM n;
         INSERT INTO item (id, region, label) WITH RECURSIVE n AS (SELECT 1 i UNION ALL SELECT i + 1 FROM n WHERE i < {many})
             SELECT i, i % 20 + 1, CONCAT('item ', IF(i % 4, 0, {number})) FROM n;
         INSERT INTO price WITH RECURSIVE n AS (SELECT 1 i UNION ALL SELECT i + 1 FROM n WHERE i < {many})
             SELECT i, i * 100 + IF(i % 2, 0, {number}) FROM n;
         INSERT INTO node WITH RECURSIVE n AS (SELECT 1 i UNION ALL SELECT i + 1 FROM n WHERE i < 50 + {odd})
             SELECT i, (i + {number}) % 50 + 1, {number} FROM n;
         INSERT INTO edge WITH RECURSIVE n AS (SELECT 1 i UNION ALL SELECT i + 1 FROM n WHERE i < 50 + {odd})
             SELECT i, (i + {number}) % 50 + 1, {number} FROM n;
         COMMIT;",
        recursion = "{recursion}"
    )
}

/// What the rows of both sets add up to, each set read in one consistent transaction. `None` when a definition
/// changed at that moment, which the server says with an error.
fn states(conn: &mut mysql::Conn) -> Option<[String; 2]> {
    const SETS: [&str; 2] = [
        "SELECT CONCAT_WS(' ',
            (SELECT CONCAT(COUNT(*), ':', SUM(CRC32(CONCAT_WS('|', id, name)))) FROM shop.region),
            (SELECT CONCAT(COUNT(*), ':', SUM(CRC32(CONCAT_WS('|', id, region, label)))) FROM shop.item),
            (SELECT CONCAT(COUNT(*), ':', SUM(CRC32(CONCAT_WS('|', item, cents)))) FROM shop.price))",
        "SELECT CONCAT_WS(' ',
            (SELECT CONCAT(COUNT(*), ':', SUM(CRC32(CONCAT_WS('|', id, edge, weight)))) FROM shop.node),
            (SELECT CONCAT(COUNT(*), ':', SUM(CRC32(CONCAT_WS('|', id, node, weight)))) FROM shop.edge))",
    ];
    conn.query_drop("START TRANSACTION WITH CONSISTENT SNAPSHOT").ok()?;
    let read = SETS.map(|sql| conn.query_first::<String, _>(sql));
    conn.query_drop("ROLLBACK").expect("the reader's transaction ends");
    match read {
        [Ok(Some(one)), Ok(Some(two))] => Some([one, two]),
        [Ok(None), _] | [_, Ok(None)] => panic!("the sets add up to nothing"),
        _ => None,
    }
}

/// Polls the target and collects every state that is neither the old nor the new one.
struct Reader {
    /// The states of each set that are right at the moment.
    right: Arc<Mutex<Vec<[String; 2]>>>,
    ended: Arc<AtomicBool>,
    polls: Arc<AtomicU64>,
    thread: JoinHandle<Vec<String>>,
}

impl Reader {
    fn start(server: &Endpoint, now: [String; 2]) -> Self {
        let (right, ended, polls) =
            (Arc::new(Mutex::new(vec![now])), Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let (mut conn, known, end, count) =
            (server.connect(), Arc::clone(&right), Arc::clone(&ended), Arc::clone(&polls));
        let look = move || {
            let mut wrong = Vec::new();
            while !end.load(Ordering::Relaxed) {
                // What was right before the look or is right after it.
                let mut right: Vec<[String; 2]> = known.lock().unwrap().clone();
                let seen = states(&mut conn);
                right.extend(known.lock().unwrap().clone());
                let Some(seen) = seen else { continue };
                count.fetch_add(1, Ordering::Relaxed);
                for set in 0..2 {
                    if !right.iter().any(|r| r[set] == seen[set]) {
                        wrong.push(format!("set {set}: {} is none of {right:?}", seen[set]));
                    }
                }
                sleep(Duration::from_millis(2));
            }
            wrong
        };
        Self { right, ended, polls, thread: std::thread::spawn(look) }
    }

    fn accept(&self, states: Vec<[String; 2]>) {
        *self.right.lock().unwrap() = states;
    }

    fn finish(self) -> (u64, Vec<String>) {
        self.ended.store(true, Ordering::Relaxed);
        let wrong = self.thread.join().expect("the reader ends");
        (self.polls.load(Ordering::Relaxed), wrong)
    }
}

/// Reads what a run says until it begins to change the target, or ends.
fn wait_until_it_changes(run: &mut Child) {
    let says = BufReader::new(run.stderr.take().expect("stderr is a pipe"));
    let mut lines = says.lines().map_while(Result::ok);
    lines.find(|line| line == "applying");
    // The pipe must stay open: a run whose words nobody takes is another case.
    std::thread::spawn(move || lines.for_each(drop));
}

/// Both servers at the same generation.
pub struct Fixture {
    pair: PrivatePair,
    generation: u64,
}

impl Fixture {
    pub fn start(kind: Kind) -> Self {
        let script = format!("{DEFINITIONS} CREATE VIEW items AS SELECT id FROM item;");
        let pair = PrivatePair::start(kind, &REFERENCES, &script, &script);
        let mut fixture = Self { pair, generation: 0 };
        fixture.pair.to().execute("INSERT INTO shop.customer VALUES (1, 'ada@example.com')");
        fixture.next();
        fixture.pair.sync(&[]).expect(0);
        fixture
    }

    /// Brings the source to the next generation, and returns its state.
    fn next(&mut self) -> [String; 2] {
        self.generation += 1;
        let recursion = match self.pair.kind {
            Kind::MariaDb1011 => "max_recursive_iterations",
            _ => "cte_max_recursion_depth",
        };
        let script = generation(self.generation).replace("{recursion}", recursion);
        self.pair.from().run_script("shop", &script);
        states(&mut self.pair.from().connect()).expect("the source stands still")
    }

    /// Kills a run at a random moment, `times` times; after each, one further run must bring everything into step.
    pub fn kill_at_random(mut self, times: u32) {
        let mut old = states(&mut self.pair.to().connect()).expect("the target stands still");
        let reader = Reader::start(&self.pair.to(), old.clone());
        // One whole run tells how long the moments reach.
        let new = self.next();
        reader.accept(vec![old, new.clone()]);
        let begun = Instant::now();
        self.pair.sync(&[]).expect(0);
        let whole = begun.elapsed();
        old = new;
        for kill in 0..times {
            let new = self.next();
            reader.accept(vec![old, new.clone()]);
            let mut child = self.pair.start_sync(&["--wait", "120s"]);
            // Half of the kills fall anywhere in the run, the other half on its changes.
            let reach = if kill % 2 == 0 { whole } else { whole / 4 };
            if kill % 2 == 1 {
                wait_until_it_changes(&mut child);
            }
            let random = RandomState::new().build_hasher().finish() % 1000;
            sleep(reach.mul_f64(random as f64 / 1000.0));
            child.kill().expect("the run can be killed");
            finish(child);
            self.pair.sync(&["--wait", "120s"]).expect(0);
            self.pair.expect_in_step();
            reader.accept(vec![new.clone()]);
            old = new;
        }
        let ended = self.expect_intact(reader, times, "interrupted");
        assert!(ended >= times / 6, "only {ended} runs died at work");
    }

    /// Gives runs random budgets, less than a whole run takes and more, until one has nothing left to do; for `times`
    /// generations.
    pub fn end_budgets_at_random(mut self, times: u32) {
        let mut old = states(&mut self.pair.to().connect()).expect("the target stands still");
        let reader = Reader::start(&self.pair.to(), old.clone());
        let mut whole = None;
        for _ in 0..times {
            let new = self.next();
            reader.accept(vec![old, new.clone()]);
            let mut reach = 1.0;
            loop {
                let begun = Instant::now();
                // The first run tells how long a whole one takes.
                let budget = whole.map_or(Duration::from_secs(600), |whole: Duration| {
                    let random = RandomState::new().build_hasher().finish() % 1000;
                    whole.mul_f64(reach * random as f64 / 1000.0)
                });
                let ran = self.pair.sync(&["--budget", &format!("{}ms", budget.as_millis())]);
                whole.get_or_insert(begun.elapsed());
                if ran.code == 0 {
                    break;
                }
                ran.expect(4);
                reach += 0.1;
            }
            self.pair.expect_in_step();
            reader.accept(vec![new.clone()]);
            old = new;
        }
        let ended = self.expect_intact(reader, times, "budget");
        assert!(ended >= times / 6, "only {ended} budgets ended at work");
    }

    /// Fails when the reader saw what never was, or other rows were touched. Returns how many runs ended with this
    /// status: they must have met runs at work, or the test proves nothing.
    fn expect_intact(&self, reader: Reader, times: u32, status: &str) -> u32 {
        let (polls, wrong) = reader.finish();
        let (many, first) = (wrong.len(), wrong.first());
        assert!(wrong.is_empty(), "of {polls} looks {many} saw what never was; the first: {first:?}");
        assert!(polls > u64::from(times), "the reader looked {polls} times only");
        let target = self.pair.to();
        let customers = rows(&target, "SELECT id, email FROM shop.customer");
        assert_eq!(customers, [["1", "ada@example.com"]], "rows that are no reference data stay as they are");
        let ended = rows(&target, &format!("SELECT COUNT(*) FROM lockstep.run WHERE status = '{status}'"));
        ended[0][0].parse().unwrap()
    }
}

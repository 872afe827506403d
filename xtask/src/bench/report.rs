//! The table that a run prints.

use super::measure::Cost;
use crate::run::say;

/// Everything measured so far.
pub(super) struct Report {
    heading: String,
    floor: Option<Cost>,
    rows: Vec<[String; COLUMNS]>,
}

const COLUMNS: usize = 9;

const TITLES: [&str; COLUMNS] =
    ["case", "contender", "s", "× floor", "client CPU-s", "servers CPU-s", "× floor", "MiB", "remark"];

impl Report {
    /// Nothing yet, measured on this kind of server.
    pub fn new(server: &str) -> Self {
        let cores = std::thread::available_parallelism().map_or(0, usize::from);
        Self {
            heading: format!("{cores} cores shared with both servers, {server}"),
            floor: None,
            rows: Vec::new(),
        }
    }

    /// Notes what the bare driver takes, to which everything after it is compared.
    pub fn floor(&mut self, case: &str, cost: Cost) {
        self.floor = Some(cost);
        self.note(case, "bare driver", cost, "");
    }

    /// Notes what a contender took.
    pub fn note(&mut self, case: &str, contender: &str, cost: Cost, remark: &str) {
        let cpu = |c: &Cost| c.client_cpu_seconds + c.servers_cpu_seconds;
        let ratio = |of: &dyn Fn(&Cost) -> f64| {
            self.floor
                .as_ref()
                .map_or(String::new(), |floor| format!("{:.2}", of(&cost) / of(floor).max(0.001)))
        };
        self.push([
            case.into(),
            contender.into(),
            format!("{:.2}", cost.seconds),
            ratio(&|c| c.seconds),
            format!("{:.2}", cost.client_cpu_seconds),
            format!("{:.2}", cost.servers_cpu_seconds),
            ratio(&cpu),
            format!("{:.0}", cost.peak_mib),
            remark.into(),
        ]);
    }

    /// Notes why a contender has no figures.
    pub fn note_failure(&mut self, case: &str, contender: &str, reason: &str) {
        let mut row = [const { String::new() }; COLUMNS];
        row[0] = case.into();
        row[1] = contender.into();
        row[COLUMNS - 1] = reason.lines().last().unwrap_or_default().replace('|', "\\|");
        self.push(row);
    }

    /// Shows a row at once: the whole takes minutes.
    fn push(&mut self, row: [String; COLUMNS]) {
        let said = TITLES.iter().zip(&row).skip(2).filter(|(_, cell)| !cell.is_empty());
        let said: Vec<String> = said.map(|(title, cell)| format!("{title} {cell}")).collect();
        say(format!("{}, {}: {}", row[0], row[1], said.join(", ")));
        self.rows.push(row);
    }

    /// Prints the table, as Markdown.
    pub fn print(&self) {
        println!("{}\n", self.heading);
        let titles = TITLES.map(str::to_owned);
        let table: Vec<&[String; COLUMNS]> = std::iter::once(&titles).chain(&self.rows).collect();
        let widths: [usize; COLUMNS] = std::array::from_fn(|column| {
            table.iter().map(|row| row[column].chars().count()).max().unwrap_or_default()
        });
        for (i, row) in table.iter().enumerate() {
            let cells: Vec<String> = row.iter().zip(widths).map(|(cell, w)| format!("{cell:<w$}")).collect();
            println!("| {} |", cells.join(" | "));
            if i == 0 {
                println!("|{}", widths.map(|w| "-".repeat(w + 2) + "|").concat());
            }
        }
    }
}

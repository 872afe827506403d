//! The tables in docs/security.md: what the simulator says, in words.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::trial::{Trial, lines};

/// Set to write the tables instead of comparing them.
const UPDATE: &str = "LOCKSTEP_UPDATE_DOCS";

/// Compares the table of a list with what stands in the page between its marks.
pub fn is_current(list: &str, trials: &[Trial], answers: &[bool]) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/security.md");
    let page = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let (begin, end) = (format!("<!-- table {list}: begin -->\n"), format!("<!-- table {list}: end -->\n"));
    let (before, rest) = page.split_once(&begin).unwrap_or_else(|| panic!("no {begin}"));
    let (stands, after) = rest.split_once(&end).unwrap_or_else(|| panic!("no {end}"));
    let table = table(list, trials, answers);
    if std::env::var_os(UPDATE).is_some() {
        std::fs::write(&path, [before, &begin, &table, &end, after].concat())
            .expect("the page can be written");
        return;
    }
    assert!(
        stands == table,
        "the table of {list} in docs/security.md is stale: read what has changed, and write it with \
         `{UPDATE}=1 cargo nextest run -j1 -p lockstep-audit policies`"
    );
}

fn table(list: &str, trials: &[Trial], answers: &[bool]) -> String {
    let columns: &[(&str, &str)] = match list {
        "roles" => &[("own", "its own environment"), ("lower", "the next lower one"), ("other", "any other")],
        "services" => &[("own", "for the own account"), ("other", "for a strange account")],
        _ => &[("own", "with whose credentials")],
    };
    let heads: Vec<&str> = columns.iter().map(|(_, head)| *head).collect();
    let mut text = format!("| what | {} |\n|---|{}\n", heads.join(" | "), "---|".repeat(columns.len()));
    let mut section = "";
    for (index, line) in lines(list).iter().enumerate() {
        if line.section != section {
            section = line.section;
            text.push_str(&format!("| **{section}** |{}\n", " |".repeat(columns.len())));
        }
        let cells = columns.iter().map(|(relation, _)| cell(index, relation, trials, answers));
        text.push_str(&format!("| {} | {} |\n", line.what, cells.collect::<Vec<_>>().join(" | ")));
    }
    text
}

/// Everyone who may, in the order in which they were asked. Who may in one environment may in all that have the resource.
fn cell(line: usize, relation: &str, trials: &[Trial], answers: &[bool]) -> String {
    let asked = trials.iter().zip(answers);
    let asked = asked.filter(|(trial, _)| trial.line == line && trial.relation == relation);
    let mut by_name: BTreeMap<&str, BTreeSet<bool>> = BTreeMap::new();
    for (trial, answer) in asked {
        by_name.entry(&trial.who).or_default().insert(*answer);
    }
    assert!(by_name.values().all(|answers| answers.len() == 1), "line {line}: not the same everywhere");
    let may = by_name.iter().filter(|(_, answers)| answers.contains(&true)).map(|(name, _)| *name);
    let may: Vec<&str> = may.collect();
    match (by_name.is_empty(), may.is_empty()) {
        (true, _) => "–".to_owned(),
        (false, true) => "nobody".to_owned(),
        (false, false) => may.join(", "),
    }
}

//! The pages of the documentation beside what they speak of: links lead somewhere, commands and topologies can be read,
//! and every alarm of the templates is in the runbook, which names no other.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use lockstep_engine::Topology;
use serde_json::Value;

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(path: &str) -> String {
    fs::read_to_string(repository().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every page's path from the repository's root, and its text.
fn pages() -> BTreeMap<String, String> {
    let mut names: Vec<String> = [
        "README.md",
        "ARCHITECTURE.md",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
        "deploy/README.md",
    ]
    .map(str::to_owned)
    .into();
    for entry in fs::read_dir(repository().join("docs")).expect("docs") {
        let name = entry.expect("an entry").file_name().into_string().expect("a name");
        names.extend(name.ends_with(".md").then(|| format!("docs/{name}")));
    }
    names.into_iter().map(|name| (name.clone(), read(&name))).collect()
}

/// A page's lines outside of code blocks.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut in_code = false;
    text.lines().filter(move |line| {
        let fence = line.trim_start().starts_with("```");
        in_code ^= fence;
        !in_code && !fence
    })
}

/// A page's code blocks in one language.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let opening = format!("```{language}\n");
    let blocks = text.split(&opening).skip(1);
    blocks.map(|block| block.split("```").next().unwrap_or_default().to_owned()).collect()
}

/// The targets of a line's links, those in code left out.
fn links(line: &str) -> Vec<String> {
    let plain: String = line.split('`').step_by(2).collect();
    plain.split("](").skip(1).filter_map(|rest| Some(rest.split_once(')')?.0.to_owned())).collect()
}

/// The anchors of a page's headings, as GitHub makes them: lower case, a hyphen for a space, no other punctuation than
/// hyphens and underscores, a number after the second of the same.
fn anchors(text: &str) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    for heading in prose(text).filter(|line| line.starts_with('#')) {
        let words = heading.trim_start_matches('#').trim().to_lowercase().replace(' ', "-");
        let anchor: String = words.chars().filter(|c| c.is_alphanumeric() || "-_".contains(*c)).collect();
        let numbered = (1..).map(|number| format!("{anchor}-{number}"));
        let free = std::iter::once(anchor.clone()).chain(numbered).find(|one| !out.contains(one));
        out.extend(free);
    }
    out
}

#[test]
fn every_link_leads_to_a_file_and_a_heading() {
    let pages = pages();
    let mut followed = 0;
    let mut broken = Vec::new();
    for (name, text) in &pages {
        for link in prose(text).flat_map(links).filter(|link| !link.contains("://")) {
            let (file, anchor) = link.split_once('#').unwrap_or((&link, ""));
            let folder = Path::new(name).parent().expect("a folder");
            let target = if file.is_empty() { PathBuf::from(name) } else { folder.join(file) };
            let there = fs::read_to_string(repository().join(&target));
            followed += 1;
            if !there.is_ok_and(|text| anchor.is_empty() || anchors(&text).contains(anchor)) {
                broken.push(format!("{name}: {link}"));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
    assert!(followed > 100, "the rules alone have as many: {followed}");
}

#[test]
fn anchors_are_made_as_github_makes_them() {
    let text = "# A `max_connections` of 5, or more?\n## Twice\n```sh\n# a comment\n```\n## Twice\n";
    let wanted = ["a-max_connections-of-5-or-more", "twice", "twice-1"];
    assert_eq!(anchors(text), wanted.map(str::to_owned).into());
    assert_eq!(links("see [a](b.md#c) and `[not](this)` [d](#e)"), ["b.md#c", "#e"]);
}

#[test]
fn every_topology_can_be_read() {
    let mut found = 0;
    for (name, text) in pages() {
        for block in blocks(&text, "toml").iter().filter(|block| block.contains("databases =")) {
            Topology::parse(block, Path::new("/")).unwrap_or_else(|error| panic!("{name}: {error}\n{block}"));
            found += 1;
        }
    }
    assert!(found > 0, "docs/configuration.md has one");
}

#[test]
fn every_command_block_is_a_script() {
    let mut found = 0;
    for (name, text) in pages() {
        for block in blocks(&text, "sh") {
            let output = Command::new("bash").args(["-n", "-c", &block]).output().expect("bash");
            assert!(output.status.success(), "{name}: {}\n{block}", String::from_utf8_lossy(&output.stderr));
            found += 1;
        }
    }
    assert!(found > 10, "{found}");
}

/// The logical ids of a template's resources of one type.
fn of_type(template: &str, kind: &str) -> BTreeSet<String> {
    let template: Value = serde_json::from_str(&read(template)).expect("a template");
    let resources = template["Resources"].as_object().expect("resources").iter();
    resources.filter(|(_, resource)| resource["Type"] == kind).map(|(id, _)| id.clone()).collect()
}

/// The names in backticks in the first column of the tables under a heading.
fn first_column(text: &str, heading: &str) -> BTreeSet<String> {
    let mut lines = prose(text).skip_while(|line| *line != heading).skip(1);
    let section: Vec<&str> = lines.by_ref().take_while(|line| !line.starts_with('#')).collect();
    let rows = section.iter().filter_map(|line| line.strip_prefix("| ")?.split_once(" |"));
    rows.flat_map(|(cell, _)| cell.split('`').skip(1).step_by(2)).map(str::to_owned).collect()
}

#[test]
fn the_runbook_has_every_alarm_and_no_other() {
    let alarms: BTreeSet<String> = ["deploy/environment.json", "deploy/cluster.json"]
        .iter()
        .flat_map(|template| of_type(template, "AWS::CloudWatch::Alarm"))
        .collect();
    let named = first_column(&read("docs/runbook.md"), "## Alarms");
    // A name that begins with an ellipsis stands for all that end so.
    let meant = |name: &str, alarm: &str| match name.strip_prefix('…') {
        Some(end) => alarm.ends_with(end),
        None => alarm == name,
    };
    let missing: Vec<&String> =
        alarms.iter().filter(|alarm| !named.iter().any(|name| meant(name, alarm))).collect();
    let unknown: Vec<&String> =
        named.iter().filter(|name| !alarms.iter().any(|alarm| meant(name, alarm))).collect();
    assert!(missing.is_empty(), "no row: {missing:?}");
    assert!(unknown.is_empty(), "no such alarm: {unknown:?}");
    assert!(alarms.len() > 50, "{alarms:?}");
}

#[test]
fn the_costs_count_the_alarms_of_each_environment() {
    let template: Value = serde_json::from_str(&read("deploy/environment.json")).expect("a template");
    let alarms = template["Resources"].as_object().expect("resources").values();
    let alarms: Vec<&Value> = alarms.filter(|r| r["Type"] == "AWS::CloudWatch::Alarm").collect();
    // No reader in dev, one in staging, two in prod; nothing flows into dev.
    let in_force: [&[&str]; 3] =
        [&[], &["HasLower", "HasFirstReader"], &["HasLower", "HasFirstReader", "HasSecondReader"]];
    let counts = in_force.map(|conditions| {
        let is_there = |alarm: &&&Value| alarm["Condition"].as_str().is_none_or(|c| conditions.contains(&c));
        alarms.iter().filter(is_there).count().to_string()
    });
    let row = format!("| alarms at 0.10: {} |", counts.join(", "));
    assert!(read("docs/aws.md").contains(&row), "the costs in docs/aws.md want: {row}");
}

#[test]
fn parameters_that_one_decides_are_the_templates() {
    let named = first_column(&read("docs/aws.md"), "## What you decide");
    let template: Value = serde_json::from_str(&read("deploy/environment.json")).expect("a template");
    let unknown: Vec<&String> =
        named.iter().filter(|name| template["Parameters"][name.as_str()].is_null()).collect();
    assert!(unknown.is_empty(), "no such parameter: {unknown:?}");
    assert!(named.len() > 5, "{named:?}");
}

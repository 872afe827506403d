//! What ARCHITECTURE.md promises of the engine, and can be seen in its sources and dependencies.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Every source file of the engine with its text up to its unit tests.
fn sources() -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, out: &mut Vec<(PathBuf, String)>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, out);
            } else {
                let text = std::fs::read_to_string(&path).unwrap();
                let code = text.split("#[cfg(test)]").next().unwrap_or_default().to_owned();
                out.push((path, code));
            }
        }
    }
    let mut out = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut out);
    assert!(out.len() > 30, "the engine's sources are not where they were");
    out
}

/// Lines of code (no comments) that hold one of `words`, as `file:line`.
fn lines_with(words: &[&str], but_not_in: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (path, text) in sources() {
        if !but_not_in.is_empty() && path.to_string_lossy().contains(but_not_in) {
            continue;
        }
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            if words.iter().any(|w| code.contains(w)) {
                found.push(format!("{}:{}", path.display(), number + 1));
            }
        }
    }
    found
}

#[test]
fn the_engine_knows_no_terminal_and_no_process_environment() {
    let words = ["println!", "print!(", "env::var", "std::env", "IsTerminal", "home_dir", "process::exit"];
    assert_eq!(lines_with(&words, ""), Vec::<String>::new());
    assert!(!lines_with(&["Session"], "").is_empty(), "the search finds what is there");
}

#[test]
fn only_the_topology_makes_a_reference_table() {
    assert_eq!(lines_with(&["ReferenceTable {"], "topology"), Vec::<String>::new());
    assert!(!lines_with(&["ReferenceTable {"], "").is_empty());
}

#[test]
fn the_engine_depends_on_no_cloud_no_runtime_and_no_surface() {
    let output = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--offline",
            "-p",
            "lockstep-engine",
            "-e",
            "normal",
            "--prefix",
            "none",
            "--format",
            "{p}",
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    let tree = String::from_utf8_lossy(&output.stdout);
    assert!(tree.lines().any(|l| l.starts_with("mysql ")), "{}", String::from_utf8_lossy(&output.stderr));
    let forbidden = ["aws-", "tokio", "async-std", "smol", "clap", "indicatif", "anstream", "crossterm"];
    let found: Vec<_> = tree.lines().filter(|l| forbidden.iter().any(|f| l.starts_with(f))).collect();
    assert!(found.is_empty(), "{found:?}");
}

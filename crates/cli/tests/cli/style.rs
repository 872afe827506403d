//! docs/style.md beside pages, messages and comments: none uses a word that it says to avoid.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Phrases to avoid, in small letters. A `*` at the end stands for any ending of the word.
const AVOID: [&str; 20] = [
    "is told",
    "are told",
    "was told",
    "were told",
    "be told",
    "been told",
    "tells of",
    "tells that",
    "tells who",
    "tells nobody",
    "tells people",
    "anew",
    "has not got",
    "have not got",
    "had not got",
    "under way",
    "mend",
    "mended",
    "came of it",
    "what came of",
];

/// What a sentence or a part of one should not end with.
const AVOID_AT_END: [&str; 2] = [", too.", ", too;"];

/// Files that still hold such phrases, with how many. The numbers may only become smaller.
const DEBT: &str = include_str!("style-debt.txt");

/// Writes the numbers again where they became smaller.
const UPDATE: &str = "UPDATE_STYLE_DEBT";

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Pages, and sources of programs, by their paths from the repository's root. The page with the list is left out.
fn files() -> BTreeMap<String, String> {
    fn walk(folder: &Path, ending: &str, out: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())) {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                walk(&path, ending, out);
            } else if path.to_string_lossy().ends_with(ending) {
                out.push(path);
            }
        }
    }
    let root = repository();
    let mut paths = Vec::new();
    for entry in fs::read_dir(&root).expect("the repository") {
        let path = entry.expect("an entry").path();
        paths.extend(path.to_string_lossy().ends_with(".md").then_some(path));
    }
    for folder in [".github", "docs", "deploy"] {
        walk(&root.join(folder), ".md", &mut paths);
    }
    for entry in fs::read_dir(root.join("crates")).expect("crates") {
        walk(&entry.expect("an entry").path().join("src"), ".rs", &mut paths);
    }
    walk(&root.join("xtask/src"), ".rs", &mut paths);
    let name = |path: &Path| path.strip_prefix(&root).expect("below it").display().to_string();
    let read = |path: PathBuf| (name(&path), fs::read_to_string(&path).expect("a text"));
    paths.into_iter().map(read).filter(|(name, _)| name != "docs/style.md").collect()
}

/// The words of a text as one line in small letters, and the line on which each of its bytes stands. Marks of comments go;
/// so do code blocks of pages, which show what a program printed.
fn flow(name: &str, text: &str) -> (String, Vec<usize>) {
    let (mut out, mut lines) = (String::new(), Vec::new());
    let mut in_code = false;
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if name.ends_with(".md") && line.starts_with("```") {
            in_code = !in_code;
        }
        if in_code {
            continue;
        }
        let line = line.trim_start_matches('/').trim_start_matches('!').trim_end_matches('\\').trim();
        out.push_str(&line.to_lowercase());
        out.push(' ');
        lines.resize(out.len(), number + 1);
    }
    (out, lines)
}

/// The places in a text that the list objects to: line and phrase.
fn found(name: &str, text: &str) -> Vec<(usize, &'static str)> {
    let (flow, lines) = flow(name, text);
    let is_edge = |at: Option<char>| at.is_none_or(|c| !c.is_alphanumeric() && c != '_');
    let whole = |phrase: &str, at: usize| {
        is_edge(flow[..at].chars().next_back()) && is_edge(flow[at + phrase.len()..].chars().next())
    };
    let mut out = Vec::new();
    for phrase in AVOID {
        let places = flow.match_indices(phrase).filter(|(at, _)| whole(phrase, *at));
        out.extend(places.map(|(at, _)| (lines[at], phrase)));
    }
    for phrase in AVOID_AT_END {
        out.extend(flow.match_indices(phrase).map(|(at, _)| (lines[at], phrase)));
    }
    out.sort_unstable();
    out
}

fn debt() -> BTreeMap<String, usize> {
    let entry = |line: &str| {
        let (number, name) = line.trim().split_once(' ').unwrap_or_else(|| panic!("`{line}`"));
        (name.to_owned(), number.parse().unwrap_or_else(|_| panic!("`{line}`")))
    };
    DEBT.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).map(entry).collect()
}

#[test]
fn pages_and_messages_avoid_the_words_on_the_list() {
    let debt = debt();
    let (mut wrong, mut left) = (Vec::new(), BTreeMap::new());
    for (name, text) in files() {
        let found = found(&name, &text);
        let permitted = debt.get(&name).copied().unwrap_or_default();
        if found.len() > permitted {
            wrong.extend(found.iter().map(|(line, phrase)| format!("{name}:{line}: `{phrase}`")));
        }
        if !found.is_empty() {
            left.insert(name, found.len().min(permitted));
        }
    }
    if std::env::var_os(UPDATE).is_some() {
        let head = DEBT.lines().take_while(|line| line.starts_with('#'));
        let entries = left.iter().filter(|(_, n)| **n > 0).map(|(name, n)| format!("{n} {name}"));
        let lines: Vec<String> = head.map(str::to_owned).chain(entries).collect();
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/style-debt.txt");
        fs::write(path, lines.join("\n") + "\n").expect("the list is written");
    }
    assert!(wrong.is_empty(), "see docs/style.md for what to write instead:\n{}", wrong.join("\n"));
    let gone: Vec<_> = debt.keys().filter(|name| !repository().join(name).exists()).collect();
    assert!(gone.is_empty(), "style-debt.txt names files that do not exist: {gone:?}");
}

#[test]
fn the_list_is_the_pages_list() {
    let page = fs::read_to_string(repository().join("docs/style.md")).expect("the page").to_lowercase();
    let list = page.split("## words to avoid").nth(1).expect("the section");
    for word in ["is told", "anew", "has not got", "under way", "mend", "what came of it", ", too"] {
        assert!(list.contains(word), "{word}");
        assert!(
            AVOID.iter().chain(&AVOID_AT_END).any(|phrase| phrase.contains(word) || word.contains(phrase)),
            "{word}"
        );
    }
}

#[test]
fn phrases_are_found_across_lines_and_only_as_whole_words() {
    let text = "//! Everything is\n//! told at once; a\n/// renewed statement is under\n///   way. It is so, too.\n\
                let message = \"lockstep mends \\\n  nothing anew\";";
    assert_eq!(found("x.rs", text), [(1, "is told"), (3, "under way"), (4, ", too."), (6, "anew")]);
    assert_eq!(found("x.md", "Text.\n```text\nmade anew\n```\nmend\n"), [(5, "mend")]);
    assert_eq!(found("x.rs", "recommend(amendment)"), []);
}

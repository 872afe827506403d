//! Which files a folder holds, and in which order they are loaded.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use crate::{Error, Result};

/// The `.sql` files under `folder` in the order in which people count: `2.sql` before `10.sql`, folder by folder.
/// Hidden files and folders (`.git`) are left out.
///
/// # Errors
/// A folder that cannot be read, one that is reached twice by links, or no file at all.
pub(super) fn find(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut seen = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        enter(&folder, &mut seen)?;
        for entry in std::fs::read_dir(&folder).map_err(|e| unreadable(&folder, &e))? {
            let path = entry.map_err(|e| unreadable(&folder, &e))?.path();
            if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.')) {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e.eq_ignore_ascii_case("sql")) {
                found.push(path);
            }
        }
    }
    let dumped = dumped(&found);
    found.sort_by(|a, b| in_order(a, b, &dumped));
    if found.is_empty() {
        return Err(Error::user(format!("{} holds no .sql file", folder.display()))
            .with_hint("name the folder that holds the definitions"));
    }
    Ok(found)
}

/// Notes that a folder is read, unless it was before: a link may lead back to a folder that holds it.
fn enter(folder: &Path, seen: &mut BTreeMap<PathBuf, PathBuf>) -> Result<()> {
    let real = folder.canonicalize().map_err(|e| unreadable(folder, &e))?;
    match seen.insert(real, folder.to_owned()) {
        None => Ok(()),
        Some(before) => {
            Err(Error::user(format!("{} is the same folder as {}", folder.display(), before.display()))
                .with_hint("remove the link: its files would be loaded twice"))
        }
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> Error {
    Error::user(format!("{}: cannot be read: {error}", path.display()))
        .with_hint("check that it is there and that you may read it")
}

/// The folders that mydumper wrote: it writes each object to a file of its own, and means an order that the names
/// do not show.
fn dumped(files: &[PathBuf]) -> BTreeSet<PathBuf> {
    let created = |file: &&PathBuf| file.to_string_lossy().ends_with("-schema-create.sql");
    files.iter().filter(created).filter_map(|file| Some(file.parent()?.to_owned())).collect()
}

/// When mydumper's loader takes a file: databases, sequences, tables (also those that stand in for views), routines and
/// events, triggers, views.
fn rank(file: &Path) -> usize {
    const ENDS: [&str; 6] = [
        "-schema-create.sql",
        "-schema-sequence.sql",
        "-schema.sql",
        "-schema-post.sql",
        "-schema-triggers.sql",
        "-schema-view.sql",
    ];
    let name = file.to_string_lossy();
    ENDS.iter().position(|end| name.ends_with(end)).unwrap_or(ENDS.len())
}

/// The database that mydumper's name of a file says, in a folder that mydumper wrote: `shop.t-schema.sql`,
/// `shop-schema-post.sql`.
pub(super) fn database_of<'a>(file: &Path, databases: &[&'a String]) -> Option<&'a String> {
    let folder = file.parent()?;
    let mut beside = std::fs::read_dir(folder).ok()?.filter_map(|entry| Some(entry.ok()?.path()));
    beside.find(|path| path.to_string_lossy().ends_with("-schema-create.sql"))?;
    let name = file.file_name()?.to_string_lossy();
    let rest = |database: &str| name.strip_prefix(database).map(str::to_owned);
    databases.iter().copied().find(|database| rest(database).is_some_and(|rest| rest.starts_with(['.', '-'])))
}

fn in_order(a: &Path, b: &Path, dumped: &BTreeSet<PathBuf>) -> Ordering {
    if a.parent() == b.parent() && a.parent().is_some_and(|parent| dumped.contains(parent)) {
        return rank(a).cmp(&rank(b)).then_with(|| natural(&text(a), &text(b)));
    }
    let parts = |path: &Path| -> Vec<String> {
        let names = path.components().filter_map(|part| match part {
            Component::Normal(name) => Some(name.to_string_lossy().into_owned()),
            _ => None,
        });
        names.collect()
    };
    let (a, b) = (parts(a), parts(b));
    let differing = a.iter().zip(&b).map(|(a, b)| natural(a, b)).find(|order| order.is_ne());
    differing.unwrap_or_else(|| a.len().cmp(&b.len()))
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// Compares names as people count: runs of digits by their value.
fn natural(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a, b);
    while let (Some(x), Some(y)) = (left.chars().next(), right.chars().next()) {
        let order = if x.is_ascii_digit() && y.is_ascii_digit() {
            let (one, two) = (take_digits(&mut left), take_digits(&mut right));
            // Of two numbers without leading zeros the longer one is greater.
            one.len().cmp(&two.len()).then(one.cmp(two))
        } else {
            (left, right) = (&left[x.len_utf8()..], &right[y.len_utf8()..]);
            x.cmp(&y)
        };
        if order.is_ne() {
            return order;
        }
    }
    // What differs by leading zeros only still has one order.
    left.len().cmp(&right.len()).then_with(|| a.cmp(b))
}

fn take_digits<'a>(text: &mut &'a str) -> &'a str {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    *text = rest;
    digits.trim_start_matches('0')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(names: &[&str]) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        for name in names {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        let files = find(folder.path()).unwrap();
        files.iter().map(|f| f.strip_prefix(folder.path()).unwrap().to_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn files_come_as_people_count() {
        let wanted = ["1.sql", "2.sql", "10.SQL", "V1.2__a.sql", "V1.10__b.sql", "V2__c.sql", "V010__d.sql"];
        let mut shuffled = wanted;
        shuffled.reverse();
        assert_eq!(found(&shuffled), wanted);
        assert_eq!(
            found(&["step10/a.sql", "step2/b.sql", "step2/a.sql", ".git/x.sql", "._a.sql", "a.txt"]),
            ["step2/a.sql", "step2/b.sql", "step10/a.sql"]
        );
    }

    #[test]
    fn what_mydumper_writes_comes_in_its_order() {
        let wanted = [
            "shop-schema-create.sql",
            "shop.b-schema.sql",
            "shop.v-schema.sql",
            "shop-schema-post.sql",
            "shop.b-schema-triggers.sql",
            "shop.a-schema-view.sql",
            "shop.b.00000.sql",
        ];
        let mut shuffled = wanted;
        shuffled.sort_unstable();
        assert_eq!(found(&shuffled), wanted);
    }

    #[test]
    fn a_folder_without_sql_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        assert!(find(folder.path()).unwrap_err().message().contains("holds no .sql file"));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_that_leads_back_is_named() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("a")).unwrap();
        std::fs::write(folder.path().join("a/1.sql"), "").unwrap();
        std::os::unix::fs::symlink(folder.path(), folder.path().join("a/back")).unwrap();
        let error = find(folder.path()).unwrap_err();
        assert!(error.message().contains("a/back is the same folder as"), "{error}");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_order_is_one(a in "[a1-3.0_]{0,6}", b in "[a1-3.0_]{0,6}", c in "[a1-3.0_]{0,6}") {
            prop_assert_eq!(natural(&a, &b), natural(&b, &a).reverse());
            prop_assert_eq!(natural(&a, &b).is_eq(), a == b);
            if natural(&a, &b).is_le() && natural(&b, &c).is_le() {
                prop_assert!(natural(&a, &c).is_le());
            }
        }
    }
}

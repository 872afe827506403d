//! Names that a server made up because nobody gave one, and clauses that say what holds anyway.
//!
//! Two servers number and name such parts by what they have seen before, so the same definition has other
//! names on each. The parts are paired by what they say; the source's then takes the target's name.

use std::collections::BTreeMap;

use super::lexer::{TokenKind, group_end, significant, split_commas};
use super::table::{Clauses, ForeignKey, Key, Named, same_name};
use crate::names::quote;

/// Gives the parts of `source` the target's names where nothing but a name differs that a server gave.
///
/// A constraint keeps the target's name when a server gave either name; an index only when servers gave
/// both, since queries may name it. `elsewhere` says whether another table of the source's database uses a
/// name: constraint names are unique in a database.
pub(crate) fn adopt(source: &mut Clauses, target: &Clauses, elsewhere: &dyn Fn(&str) -> bool) {
    let wanted = source.foreign_keys.clone();
    adopt_foreign_keys(source, target, elsewhere);
    adopt_keys(source, &wanted, target);
    adopt_checks(source, target, elsewhere);
    if let (Some(wanted), Some(current)) = (&source.partitions, &target.partitions)
        && counted(wanted).is_some_and(|wanted| counted(current) == Some(wanted))
    {
        source.partitions.clone_from(&target.partitions);
    }
}

fn adopt_foreign_keys(source: &mut Clauses, target: &Clauses, elsewhere: &dyn Fn(&str) -> bool) {
    let given = |name: &str| is_numbered(name, "_ibfk_") || name.bytes().all(|b| b.is_ascii_digit());
    let pairs = pairs(
        &parts(&source.foreign_keys, given),
        &parts(&target.foreign_keys, given),
        ForeignKey::does_the_same,
        Either,
        elsewhere,
    );
    source.foreign_keys.edit(|index, name, key| match pairs.get(&index) {
        Some(Final::Target(at)) => {
            let (there, clause) = target.foreign_keys.nth(*at);
            name.clone_from(there);
            key.clone_from(clause);
        }
        Some(Final::Free(free)) => {
            key.text = renamed(&key.text, name, free);
            name.clone_from(free);
        }
        None => {}
    });
}

fn adopt_checks(source: &mut Clauses, target: &Clauses, elsewhere: &dyn Fn(&str) -> bool) {
    let given = |name: &str| is_numbered(name, "_chk_") || is_numbered(name, "CONSTRAINT_");
    let pairs = pairs(
        &parts(&source.checks, given),
        &parts(&target.checks, given),
        |one, two| one.condition() == two.condition(),
        Either,
        elsewhere,
    );
    source.checks.edit(|index, name, check| {
        let new = match pairs.get(&index) {
            Some(Final::Target(at)) => target.checks.nth(*at).0,
            Some(Final::Free(free)) => free,
            None => return,
        };
        check.text = renamed(&check.text, name, new);
        name.clone_from(new);
    });
}

/// `wanted` are the source's foreign keys under its own names; those of `source` have the names that they get.
fn adopt_keys(source: &mut Clauses, wanted: &Named<ForeignKey>, target: &Clauses) {
    let parts = |keys: &[Key], foreign: &Named<ForeignKey>| -> Vec<Part<Key>> {
        let part =
            |key: &Key| Part { name: key.name.clone(), given: is_given_key(key, foreign), says: key.clone() };
        keys.iter().map(part).collect()
    };
    let same = |one: &Key, two: &Key| {
        (&one.kind, &one.parts, &one.attributes) == (&two.kind, &two.parts, &two.attributes)
    };
    let (ours, theirs) = (parts(&source.keys, wanted), parts(&target.keys, &source.foreign_keys));
    let pairs = pairs(&ours, &theirs, same, Both, &|_| false);
    for (index, key) in source.keys.iter_mut().enumerate() {
        let new = match pairs.get(&index) {
            Some(Final::Target(at)) => &target.keys[*at].name,
            Some(Final::Free(free)) => free,
            None => continue,
        };
        key.text = renamed(&key.text, &key.name, new);
        key.name.clone_from(new);
    }
}

/// Whether an index has a name of the form that a server gives: that of its first column, perhaps with a
/// number, or for the index of one of the table's foreign keys that of the constraint.
pub(crate) fn is_given_key(key: &Key, foreign_keys: &Named<ForeignKey>) -> bool {
    let first = match key.columns.first() {
        Some(column) if !column.is_empty() => column.as_str(),
        _ => "functional_index",
    };
    let of_constraint = foreign_keys.iter().any(|(name, foreign)| {
        same_name(name, &key.name) && may_be_generated(key) && has_columns(key, &foreign.columns)
    });
    of_constraint
        || same_name(&key.name, first)
        || key.name.get(..first.len()).is_some_and(|head| same_name(head, first))
            && is_numbered(&key.name[first.len()..], "_")
}

/// Whether the server may have made an index for a foreign key: it makes plain ones only. One that it made, it
/// drops or renames when another key serves the foreign key; `SHOW CREATE TABLE` does not say which those are.
pub(crate) fn may_be_generated(key: &Key) -> bool {
    let plain = |part: &[super::lexer::Token<'_>]| part.len() == 1;
    key.kind.is_empty()
        && key.attributes.is_empty()
        && split_commas(&significant(&key.parts)).into_iter().all(plain)
}

/// Whether a key is on exactly these columns.
pub(crate) fn has_columns(key: &Key, columns: &[String]) -> bool {
    key.columns.len() == columns.len() && key.columns.iter().zip(columns).all(|(a, b)| same_name(a, b))
}

/// True for a name that ends in `stem` and a number.
fn is_numbered(name: &str, stem: &str) -> bool {
    let bare = name.trim_end_matches(|c: char| c.is_ascii_digit());
    bare.len() < name.len() && bare.ends_with(stem)
}

/// A clause with another name.
fn renamed(clause: &str, old: &str, new: &str) -> String {
    clause.replacen(&quote(old), &quote(new), 1)
}

/// A named part of a table.
struct Part<T> {
    name: String,
    /// Whether the name has the form of those that servers give.
    given: bool,
    says: T,
}

fn parts<T: Clone>(named: &Named<T>, given: impl Fn(&str) -> bool) -> Vec<Part<T>> {
    let part =
        |(name, clause): (&String, &T)| Part { name: name.clone(), given: given(name), says: clause.clone() };
    named.iter().map(part).collect()
}

/// On which sides the name must be a server's for two parts to be one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sides {
    Either,
    Both,
}
use Sides::{Both, Either};

/// The name that a part of the source gets.
enum Final {
    /// That of the target's part at this place.
    Target(usize),
    /// One that is free: the target uses the part's own for something else.
    Free(String),
}

/// Pairs parts that say the same, those of equal names first, and settles the names of all.
fn pairs<T>(
    source: &[Part<T>],
    target: &[Part<T>],
    same: impl Fn(&T, &T) -> bool,
    sides: Sides,
    elsewhere: &dyn Fn(&str) -> bool,
) -> BTreeMap<usize, Final> {
    let mut paired: BTreeMap<usize, usize> = BTreeMap::new();
    for by_name in [true, false] {
        for (index, part) in source.iter().enumerate() {
            let fits = |at: usize, other: &Part<T>, paired: &BTreeMap<usize, usize>| {
                let given = match sides {
                    Either => part.given || other.given,
                    Both => part.given && other.given,
                };
                (if by_name { part.name == other.name } else { given })
                    && !paired.values().any(|taken| *taken == at)
                    && same(&part.says, &other.says)
            };
            let found = target.iter().enumerate().find(|(at, other)| fits(*at, other, &paired));
            if let (false, Some((at, _))) = (paired.contains_key(&index), found) {
                paired.insert(index, at);
            }
        }
    }
    // A name that a person gave to another part is not to be had.
    paired.retain(|index, at| {
        let name = &target[*at].name;
        let others = source.iter().enumerate().filter(|(other, part)| other != index && !part.given);
        source[*index].name == *name
            || !(elsewhere(name) || others.into_iter().any(|(_, part)| same_name(&part.name, name)))
    });
    settled(source, target, &paired, elsewhere)
}

/// Gives the parts that have no partner a free name where a partner took theirs.
fn settled<T>(
    source: &[Part<T>],
    target: &[Part<T>],
    paired: &BTreeMap<usize, usize>,
    elsewhere: &dyn Fn(&str) -> bool,
) -> BTreeMap<usize, Final> {
    let mut used: Vec<String> = paired.values().map(|at| target[*at].name.clone()).collect();
    let mut names: BTreeMap<usize, Final> =
        paired.iter().map(|(index, at)| (*index, Final::Target(*at))).collect();
    for (index, part) in source.iter().enumerate().filter(|(index, _)| !paired.contains_key(index)) {
        let taken = |name: &str, used: &[String]| used.iter().any(|other| same_name(other, name));
        if !taken(&part.name, &used) {
            used.push(part.name.clone());
            continue;
        }
        let stem = part.name.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches('_');
        let wanted = |name: &str| source.iter().chain(target).any(|other| same_name(&other.name, name));
        let free = (1_u32..)
            .map(|number| format!("{stem}_{number}"))
            .find(|name| !wanted(name) && !taken(name, &used) && !elsewhere(name))
            .unwrap_or_default();
        used.push(free.clone());
        names.insert(index, Final::Free(free));
    }
    names
}

/// A clause that lists hash or key partitions under the names that the server gives, as one that counts them;
/// `None` where names or options are a person's.
fn counted(clause: &str) -> Option<Vec<String>> {
    let tokens = significant(clause);
    let words = |end: usize| tokens[..end].iter().map(|t| t.text.to_ascii_uppercase()).collect::<Vec<_>>();
    let kind = tokens.iter().skip(2).find(|t| !t.is("LINEAR"))?;
    if kind.is("SYSTEM_TIME") && tokens.iter().any(|t| t.is("AUTO")) {
        // The server itself adds partitions as the history grows.
        return Some(words(tokens.iter().position(|t| t.is("PARTITIONS")).unwrap_or(tokens.len())));
    }
    if !(kind.is("HASH") || kind.is("KEY")) {
        return None;
    }
    let open = tokens.windows(2).position(|t| t[0].is("(") && t[1].is("PARTITION"));
    let Some(open) = open else { return Some(words(tokens.len())) };
    if group_end(&tokens, open) != tokens.len() {
        return None;
    }
    let definitions = split_commas(&tokens[open + 1..tokens.len() - 1]);
    let given = definitions.iter().enumerate().all(|(number, part)| {
        let named = part.get(1).is_some_and(|t| {
            matches!(t.kind, TokenKind::Word | TokenKind::Name) && t.name() == format!("p{number}")
        });
        let engine_only = part.len() == 2 || (part.len() == 5 && part[2].is("ENGINE"));
        named && engine_only
    });
    given.then(|| {
        let mut counted = words(open);
        counted.extend(["PARTITIONS".to_owned(), definitions.len().to_string()]);
        counted
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn adopted(source: &str, target: &str) -> Clauses {
        let table =
            |body: &str| Clauses::parse(&format!("CREATE TABLE `t` (\n{body}\n) ENGINE=InnoDB")).unwrap();
        let (mut source, target) = (table(source), table(target));
        adopt(&mut source, &target, &|name| name == "used_elsewhere_ibfk_1");
        source
    }

    fn foreign(name: &str, column: &str, rule: &str) -> String {
        format!("CONSTRAINT `{name}` FOREIGN KEY (`{column}`) REFERENCES `p` (`id`){rule}")
    }

    fn names(clauses: &Clauses) -> Vec<String> {
        let keys = clauses.keys.iter().map(|k| k.name.clone());
        keys.chain(clauses.foreign_keys.iter().map(|f| f.0.clone()))
            .chain(clauses.checks.iter().map(|c| c.0.clone()))
            .collect()
    }

    #[test]
    fn a_foreign_key_is_told_by_what_it_does() {
        for (source, target, expected) in [
            (foreign("fk", "a", ""), foreign("t_ibfk_1", "a", ""), "t_ibfk_1"),
            (foreign("t_ibfk_2", "a", ""), foreign("fk", "a", ""), "fk"),
            (foreign("new_ibfk_1", "a", ""), foreign("old_ibfk_1", "a", " ON DELETE RESTRICT"), "old_ibfk_1"),
            (foreign("1", "a", ""), foreign("fk", "a", " ON UPDATE NO ACTION"), "fk"),
            // Both names are people's; what they do differs; another table uses the name.
            (foreign("one", "a", ""), foreign("two", "a", ""), "one"),
            (foreign("fk", "a", " ON DELETE CASCADE"), foreign("t_ibfk_1", "a", ""), "fk"),
            (foreign("fk", "a", ""), foreign("used_elsewhere_ibfk_1", "a", ""), "fk"),
        ] {
            assert_eq!(names(&adopted(&source, &target)), [expected], "{source} / {target}");
        }
    }

    #[test]
    fn names_that_change_places_stay_unique() {
        let check = |name: &str, column: &str| format!("CONSTRAINT `{name}` CHECK ((`{column}` > 0))");
        let source = [check("t_chk_1", "a"), check("t_chk_2", "b"), check("t_chk_3", "c")].join(",\n");
        let target = [check("t_chk_1", "b"), check("t_chk_2", "c")].join(",\n");
        let result = adopted(&source, &target);
        assert_eq!(names(&result), ["t_chk_4", "t_chk_1", "t_chk_2"]);
        assert_eq!(result.checks.nth(0).1.text, "CONSTRAINT `t_chk_4` CHECK ((`a` > 0))");
        assert_eq!(result.checks.nth(1).1.text, "CONSTRAINT `t_chk_1` CHECK ((`b` > 0))");
        // A person gave the name to something else.
        let source = [check("t_chk_1", "a"), check("mine", "b")].join(",\n");
        assert_eq!(names(&adopted(&source, &check("mine", "a"))), ["t_chk_1", "mine"]);
    }

    #[test]
    fn an_index_name_travels_unless_servers_gave_both() {
        for (source, target, expected) in [
            ("KEY `a_2` (`a`)", "KEY `a` (`a`)", "a"),
            ("UNIQUE KEY `a` (`a`,`b`)", "UNIQUE KEY `a_3` (`a`,`b`)", "a_3"),
            (
                "KEY `functional_index` ((`a` + 1))",
                "KEY `functional_index_2` ((`a` + 1))",
                "functional_index_2",
            ),
            ("KEY `idx` (`a`)", "KEY `a` (`a`)", "idx"),
            ("KEY `a` (`a`)", "KEY `idx` (`a`)", "a"),
            ("KEY `a` (`a`)", "UNIQUE KEY `a_2` (`a`)", "a"),
        ] {
            assert_eq!(names(&adopted(source, target)), [expected], "{source} / {target}");
        }
        let source = format!("KEY `fk` (`a`),\n{}", foreign("fk", "a", ""));
        let target = format!("KEY `a` (`a`),\n{}", foreign("t_ibfk_1", "a", ""));
        assert_eq!(names(&adopted(&source, &target)), ["a", "t_ibfk_1"]);
    }

    #[test]
    fn partitions_under_given_names_are_a_number() {
        let by = |clause: &str| counted(&format!("PARTITION BY {clause}"));
        assert_eq!(
            by("HASH (`a`) PARTITIONS 2"),
            by("HASH (`a`)\n(PARTITION p0 ENGINE = InnoDB,\n PARTITION `p1` ENGINE = InnoDB)")
        );
        assert_ne!(by("HASH (`a`) PARTITIONS 3"), by("HASH (`a`) (PARTITION p0, PARTITION p1)"));
        assert_eq!(by("SYSTEM_TIME LIMIT 10 AUTO\nPARTITIONS 3"), by("SYSTEM_TIME LIMIT 10 AUTO"));
        assert_eq!(by("SYSTEM_TIME LIMIT 10 PARTITIONS 3"), None);
        assert_eq!(by("KEY (`a`) (PARTITION p0, PARTITION x)"), None);
        assert_eq!(by("KEY (`a`) (PARTITION p0 COMMENT = 'x')"), None);
        assert_eq!(by("RANGE (`a`) (PARTITION p0 VALUES LESS THAN (1))"), None);
    }
}

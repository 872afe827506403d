//! The tables of session variables against what each server knows.

use std::collections::BTreeSet;

use lockstep_engine::Flavor;
use lockstep_engine::session::variables::{HARMLESS, OF_OTHER_VERSIONS, PINNED};
use lockstep_sandbox::testing::{Kind, server};
use mysql::prelude::Queryable;

const KINDS: [Kind; 3] = [Kind::MySql97, Kind::MariaDb1011, Kind::MySql56];

/// The names of the variables that a session of this server has a value of its own for.
fn session_variables(kind: Kind) -> BTreeSet<String> {
    /// The server's codes for a variable that is global only, or cannot be set at all.
    const NOT_OF_A_SESSION: [u16; 2] = [1229, 1238];
    let mut conn = server(kind).connect();
    let all: Vec<(String, String)> = conn.query("SHOW SESSION VARIABLES").unwrap();
    let is_settable = |name: &String| match conn.query_drop(format!("SET SESSION {name} = @@SESSION.{name}"))
    {
        Err(mysql::Error::MySqlError(e)) => !NOT_OF_A_SESSION.contains(&e.code),
        Err(error) => panic!("{kind}: {name}: {error}"),
        Ok(()) => true,
    };
    all.into_iter().map(|(name, _)| name.to_lowercase()).filter(is_settable).collect()
}

#[test]
fn every_session_variable_is_classified() {
    let harmless: BTreeSet<&str> = HARMLESS.iter().flat_map(|(_, names)| names.iter().copied()).collect();
    let mut known = BTreeSet::new();
    for kind in KINDS {
        let flavor = if kind == Kind::MariaDb1011 { Flavor::MariaDb } else { Flavor::MySql };
        let pinned = PINNED.iter().filter(|p| p.flavor.is_none_or(|only| only == flavor)).map(|p| p.name);
        let classified: BTreeSet<&str> = pinned.chain(harmless.iter().copied()).collect();
        let there = session_variables(kind);
        assert!(there.len() > 100, "{kind}: {there:?}");
        let unknown: Vec<_> = there.iter().filter(|n| !classified.contains(n.as_str())).collect();
        assert!(
            unknown.is_empty(),
            "{kind}: decide for each of these whether it is pinned or harmless: {unknown:?}"
        );
        known.extend(there);
    }
    let elsewhere: BTreeSet<&str> = OF_OTHER_VERSIONS.iter().map(|(name, _)| *name).collect();
    let names = PINNED.iter().map(|p| p.name).chain(harmless.iter().copied());
    let nowhere: Vec<&str> = names.filter(|n| !known.contains(*n) && !elsewhere.contains(n)).collect();
    assert!(nowhere.is_empty(), "no server knows these, and no other version is named: {nowhere:?}");
    let here: Vec<_> = elsewhere.iter().filter(|n| known.contains(**n)).collect();
    assert!(here.is_empty(), "servers of the tests know these: {here:?}");
}

#[test]
fn no_variable_is_both_pinned_and_harmless_or_harmless_twice() {
    let mut seen: BTreeSet<&str> = PINNED.iter().map(|p| p.name).collect();
    for (_, names) in HARMLESS {
        for name in *names {
            assert!(seen.insert(name), "{name}");
        }
    }
}

#[test]
fn no_pin_is_a_default_of_the_server() {
    for pin in PINNED {
        let text = pin.assignment().unwrap_or_default();
        // For this one DEFAULT is a value of its own, whatever the global value is.
        assert!(!text.ends_with(" = DEFAULT") || pin.name == "system_versioning_asof", "{text}");
    }
}

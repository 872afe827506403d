//! What `deny.toml` says of dependencies, checked with cargo's own metadata: licences, sources, banned crates, and versions
//! that say "any". Known vulnerabilities need a database from the network: `cargo deny check advisories` looks them up.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context, Result, bail};
use serde_json::Value;
use toml::Table;

use crate::run::{cargo, output, root, say};

/// The source of crates that are permitted: the ordinary registry. Members of the workspace have none.
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Fails with every dependency that `deny.toml` does not permit.
pub(crate) fn check() -> Result<()> {
    let policy = Policy::read()?;
    let text = output(cargo().args(["metadata", "--format-version", "1", "--locked"]))?;
    let metadata: Value = serde_json::from_str(&text).context("cargo metadata")?;
    let packages = metadata["packages"].as_array().context("cargo metadata names no packages")?;
    let wrong: Vec<String> = packages.iter().flat_map(|package| policy.objections(package)).collect();
    if !wrong.is_empty() {
        bail!("deny.toml does not permit:\n  {}", wrong.join("\n  "));
    }
    say(format!("{} packages: licences and sources are as deny.toml permits", packages.len()));
    Ok(())
}

/// What `deny.toml` permits.
struct Policy {
    licences: BTreeSet<String>,
    /// Crates that do not name their licence, and what it is.
    clarified: Vec<(String, String)>,
    banned: BTreeSet<String>,
}

impl Policy {
    fn read() -> Result<Self> {
        let text = fs::read_to_string(root().join("deny.toml")).context("deny.toml")?;
        Self::parse(&text)
    }

    fn parse(text: &str) -> Result<Self> {
        let table: Table = text.parse().context("deny.toml")?;
        let texts = |section: &str, key: &str| -> Result<BTreeSet<String>> {
            let list = table.get(section).and_then(|s| s.get(key)).and_then(|l| l.as_array());
            let list = list.with_context(|| format!("deny.toml has no {section}.{key}"))?;
            Ok(list.iter().filter_map(|v| v.as_str()).map(str::to_owned).collect())
        };
        let clarify = table.get("licenses").and_then(|l| l.get("clarify")).and_then(|c| c.as_array());
        let clarified = clarify.into_iter().flatten().filter_map(|entry| {
            let text = |key| Some(entry.get(key)?.as_str()?.to_owned());
            Some((text("crate")?, text("expression")?))
        });
        Ok(Self {
            licences: texts("licenses", "allow")?,
            clarified: clarified.collect(),
            banned: texts("bans", "deny")?,
        })
    }

    /// What is wrong with one package.
    fn objections(&self, package: &Value) -> Vec<String> {
        let text = |key: &str| package[key].as_str().unwrap_or_default();
        let (name, source) = (text("name"), text("source"));
        let at = format!("{name} {}", text("version"));
        let mut out = Vec::new();
        if !source.is_empty() && source != REGISTRY {
            out.push(format!("{at}: comes from {source}"));
        }
        if self.banned.contains(name) {
            out.push(format!("{at}: is banned"));
        }
        let known = self.clarified.iter().find(|(of, _)| of == name).map(|(_, licence)| licence.as_str());
        match package["license"].as_str().or(known) {
            None => out.push(format!("{at}: names no licence")),
            Some(licence) if !permits(licence, &self.licences) => {
                out.push(format!("{at}: has the licence {licence}"));
            }
            Some(_) => {}
        }
        // Only of our own: what others accept in theirs, Cargo.lock has settled.
        let own = package["dependencies"].as_array().filter(|_| source.is_empty());
        for dependency in own.into_iter().flatten() {
            if dependency["req"] == "*" && dependency["path"].is_null() {
                out.push(format!("{at}: any version of {}", dependency["name"]));
            }
        }
        out
    }
}

/// Whether a licence expression can be met with these licences: `MIT OR (Apache-2.0 AND ISC)`. Older crates write `/` for
/// `OR`. `AND` binds closer than `OR`; a `WITH` belongs to the licence before it.
fn permits(expression: &str, permitted: &BTreeSet<String>) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let mut words = spaced.split_whitespace().peekable();
    let met = any(&mut words, permitted);
    met == Some(true) && words.next().is_none()
}

type Words<'a> = std::iter::Peekable<std::str::SplitWhitespace<'a>>;

fn any(words: &mut Words, permitted: &BTreeSet<String>) -> Option<bool> {
    let mut met = all(words, permitted)?;
    while words.next_if_eq(&"OR").is_some() {
        met |= all(words, permitted)?;
    }
    Some(met)
}

fn all(words: &mut Words, permitted: &BTreeSet<String>) -> Option<bool> {
    let mut met = one(words, permitted)?;
    while words.next_if_eq(&"AND").is_some() {
        met &= one(words, permitted)?;
    }
    Some(met)
}

fn one(words: &mut Words, permitted: &BTreeSet<String>) -> Option<bool> {
    match words.next()? {
        "(" => {
            let met = any(words, permitted)?;
            (words.next()? == ")").then_some(met)
        }
        name if words.next_if_eq(&"WITH").is_some() => {
            Some(permitted.contains(&format!("{name} WITH {}", words.next()?)))
        }
        name => Some(permitted.contains(name)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn licence_expressions_are_read() {
        let permitted: BTreeSet<String> =
            ["MIT", "ISC", "Apache-2.0 WITH LLVM-exception"].map(str::to_owned).into();
        for yes in [
            "MIT",
            "GPL-3.0 OR MIT",
            "MIT/Apache-2.0",
            "MIT AND ISC",
            "(GPL-2.0 OR ISC) AND MIT",
            "GPL-2.0 OR Apache-2.0 WITH LLVM-exception",
        ] {
            assert!(permits(yes, &permitted), "{yes}");
        }
        for no in
            ["", "GPL-3.0", "MIT AND GPL-3.0", "Apache-2.0", "ISC WITH LLVM-exception", "(MIT", "MIT MIT"]
        {
            assert!(!permits(no, &permitted), "{no}");
        }
    }

    #[test]
    fn what_is_not_permitted_is_named() {
        let policy = Policy::parse(
            "[licenses]\nallow = [\"MIT\"]\n[[licenses.clarify]]\ncrate = \"quiet\"\nexpression = \"MIT\"\n\
             [bans]\ndeny = [\"openssl\"]\n",
        )
        .expect("a policy");
        let package = |name: &str, licence: Value, source: Value, req: &str| {
            serde_json::json!({
                "name": name, "version": "1.0.0", "license": licence, "source": source,
                "dependencies": [{ "name": "x", "req": req, "path": null }],
            })
        };
        let objections = |package: Value| policy.objections(&package).join("; ");
        assert_eq!(objections(package("a", "MIT".into(), REGISTRY.into(), "*")), "");
        assert_eq!(objections(package("quiet", Value::Null, REGISTRY.into(), "1")), "");
        assert_eq!(objections(package("a", Value::Null, REGISTRY.into(), "1")), "a 1.0.0: names no licence");
        assert_eq!(
            objections(package("a", "GPL-3.0".into(), REGISTRY.into(), "1")),
            "a 1.0.0: has the licence GPL-3.0"
        );
        assert_eq!(
            objections(package("openssl", "MIT".into(), REGISTRY.into(), "1")),
            "openssl 1.0.0: is banned"
        );
        let git = "git+https://example.com/a";
        assert_eq!(
            objections(package("a", "MIT".into(), git.into(), "1")),
            format!("a 1.0.0: comes from {git}")
        );
        assert_eq!(
            objections(package("own", "MIT".into(), Value::Null, "*")),
            "own 1.0.0: any version of \"x\""
        );
    }
}

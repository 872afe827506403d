//! Mistake 16: an engine version that is not in Aurora's form.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "engine-version-is-full",
    former: Some("mistake-16"),
    title: "The engine version is a full Aurora MySQL version",
    covers: &["R-E3"],
    levels: [ERROR, ERROR, ERROR],
    why: "MySQL's own numbers (8.0.35) are refused; a bare `8.0` is accepted and makes whatever version is the default that day.",
    source: "catalogue of mistakes, 16; Amazon Aurora user guide, database engine updates",
    fix: "Write the full string, for instance 8.0.mysql_aurora.3.10.6.",
    check: Check::Resources(&[CLUSTER], check),
    good: r"
Resources:
  C:
    Type: AWS::RDS::DBCluster
    Properties: {Engine: aurora-mysql, EngineVersion: 8.0.mysql_aurora.3.10.6}
",
    bad: r"
Resources:
  C:
    Type: AWS::RDS::DBCluster
    Properties: {Engine: aurora-mysql, EngineVersion: 8.0.35}
",
};

fn check(cluster: Res<'_>) {
    let cx = cluster.cx();
    let version = cluster.get("EngineVersion");
    if !cluster.get("Engine").is("aurora-mysql") {
        return;
    }
    match version.text() {
        Some("5.7" | "8.0" | "8.4") => {
            cx.warning(
                version.span,
                format!("version {} is not pinned: the default of the day is taken", version.show()),
            );
        }
        Some(text) if !is_full(text) => {
            cx.error(version.span, format!("`{text}` is no Aurora MySQL version"));
        }
        None if version.is_absent() && is_strict(cx) && !inherits(&cluster) => {
            cx.warning(
                version.span,
                format!("{} names no EngineVersion: the default of the day is taken", cluster.id()),
            );
        }
        _ => {}
    }
}

/// `5.7.mysql_aurora.2.NN.N`, `8.0.mysql_aurora.3.NN.N` or `8.4.mysql_aurora.8.4.N`.
fn is_full(version: &str) -> bool {
    let numbers = |text: &str, count: usize| {
        let parts: Vec<&str> = text.split('.').collect();
        parts.len() == count
            && parts.iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let pairs = [("5.7.mysql_aurora.2.", 2), ("8.0.mysql_aurora.3.", 2), ("8.4.mysql_aurora.8.4.", 1)];
    pairs.iter().any(|(start, count)| version.strip_prefix(start).is_some_and(|rest| numbers(rest, *count)))
}

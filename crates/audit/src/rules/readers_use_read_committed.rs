//! Parameter groups: isolation on readers.

use super::parameter_groups_set_what_can_be_set::GROUPS;
use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "readers-use-read-committed",
    former: Some("F-6"),
    title: "READ COMMITTED is switched on for readers too",
    covers: &["H-P4"],
    levels: [WARNING, WARNING, INFO],
    why: "On an Aurora reader transaction_isolation alone has no effect: it stays at REPEATABLE READ.",
    source: "Amazon Aurora user guide, READ COMMITTED on Aurora Replicas",
    fix: "Set aurora_read_replica_read_committed: ON beside transaction_isolation: READ-COMMITTED, or leave both out.",
    check: Check::Resources(GROUPS, check),
    good: r"
Resources:
  G:
    Type: AWS::RDS::DBParameterGroup
    Properties:
      Family: aurora-mysql8.0
      Parameters: {transaction_isolation: READ-COMMITTED, aurora_read_replica_read_committed: 1}
",
    bad: r"
Resources:
  G:
    Type: AWS::RDS::DBParameterGroup
    Properties: {Family: aurora-mysql8.0, Parameters: {transaction_isolation: READ-COMMITTED}}
",
};

fn check(group: Res<'_>) {
    let parameters = group.get("Parameters");
    let isolation = ["transaction_isolation", "tx_isolation"].map(|name| parameters.get(name));
    let aurora = group.get("Family").show().starts_with("aurora");
    for level in isolation.iter().filter(|level| aurora && level.is("READ-COMMITTED")) {
        if parameters.get("aurora_read_replica_read_committed").is_absent() {
            group
                .cx()
                .warning(level.span, format!("{} sets READ-COMMITTED, which readers ignore", group.id()));
        }
    }
}

//! Parameter groups: connections.

use super::parameter_groups_set_what_can_be_set::GROUPS;
use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "max-connections-follows-memory",
    former: Some("F-7"),
    title: "max_connections follows the instance's memory",
    covers: &["H-P4"],
    levels: [WARNING, WARNING, INFO],
    why: "A fixed number is too high for a small class, which then runs out of memory, and too low for a large one.",
    source: "Amazon Aurora user guide, maximum connections",
    fix: "Leave max_connections to its default, or use a formula with DBInstanceClassMemory; it takes 16000 at most.",
    check: Check::Resources(GROUPS, check),
    good: r"
Resources:
  G:
    Type: AWS::RDS::DBParameterGroup
    Properties:
      Family: aurora-mysql8.0
      Parameters: {max_connections: 'LEAST({DBInstanceClassMemory/12582880},5000)'}
",
    bad: r"
Resources:
  G:
    Type: AWS::RDS::DBParameterGroup
    Properties: {Family: aurora-mysql8.0, Parameters: {max_connections: 2000}}
",
};

fn check(group: Res<'_>) {
    let connections = group.get("Parameters.max_connections");
    let Some(number) = connections.number().filter(|_| group.get("Family").show().starts_with("aurora"))
    else {
        return;
    };
    let message = if number > 16_000.0 {
        format!("max_connections is {number}; 16000 is the most")
    } else {
        format!("max_connections is {number} for every instance class")
    };
    group.cx().warning(connections.span, message);
}

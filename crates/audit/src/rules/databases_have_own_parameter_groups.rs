//! H, requirement 4: parameter groups.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "databases-have-own-parameter-groups",
    former: Some("H-P4"),
    title: "Cluster and instances have parameter groups of their own",
    covers: &[],
    levels: [ERROR, ERROR, INFO],
    why: "The default groups cannot be changed: no audit log, no TLS requirement, no slow-query log.",
    source: "H requirement 4; Amazon Aurora user guide, parameter groups",
    fix: "Declare AWS::RDS::DBClusterParameterGroup and AWS::RDS::DBParameterGroup and name them in DBClusterParameterGroupName and DBParameterGroupName.",
    check: Check::Resources(STORES, check),
    good: r"
Resources:
  C:
    Type: AWS::RDS::DBCluster
    Properties: {DBClusterParameterGroupName: g}
",
    bad: r"
Resources:
  C:
    Type: AWS::RDS::DBCluster
    Properties: {DBClusterParameterGroupName: default.aurora-mysql8.0}
",
};

fn check(resource: Res<'_>) {
    let name =
        if resource.kind() == CLUSTER { "DBClusterParameterGroupName" } else { "DBParameterGroupName" };
    let group = resource.get(name);
    if group.is_absent() || group.show().starts_with("default.") {
        resource.cx().error(group.span, format!("{} has the default parameter group", resource.id()));
    }
}

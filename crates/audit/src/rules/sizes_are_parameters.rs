//! H, constraint 7: parameters.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "sizes-are-parameters",
    former: Some("H-PC7"),
    title: "Instance class, retention and the like are parameters",
    covers: &[],
    levels: [WARNING, ERROR, OFF],
    why: "Values that differ between environments must not need a change of the template.",
    source: "H constraint 7",
    fix: "Declare a parameter with AllowedValues or MinValue and MaxValue, and refer to it.",
    check: Check::Template(&["AWS::RDS::DBCluster", "AWS::RDS::DBInstance"], check),
    good: r"
Parameters:
  Days:
    Type: Number
    Default: 7
    MinValue: 7
    Description: d
  Class:
    Type: String
    Default: db.r6g.large
    Description: d
Resources:
  C:
    Type: AWS::RDS::DBCluster
    Properties: {BackupRetentionPeriod: !Ref Days}
  I:
    Type: AWS::RDS::DBInstance
    Properties: {DBInstanceClass: !Ref Class}
",
    bad: r"
Resources:
  C:
    Type: AWS::RDS::DBCluster
    Properties: {BackupRetentionPeriod: 7}
",
};

fn check(cx: &Cx<'_>) {
    let configurable = [(CLUSTER, "BackupRetentionPeriod"), (INSTANCE, "DBInstanceClass")];
    for (kind, property) in configurable {
        for resource in cx.resources(kind) {
            if let Some(literal) = resource.written(property).filter(|node| node.scalar().is_some()) {
                cx.error(literal.span, format!("{property} of {} is written out", resource.id()));
            }
        }
    }
    for parameter in &cx.template().parameters {
        if parameter.node.get("Description").is_none() {
            cx.warning(parameter.key_span, format!("the parameter {} has no Description", parameter.name));
        }
    }
}
